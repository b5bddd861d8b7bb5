package dev.authpipe.proxy.forward;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;
import dev.authpipe.wire.WorkspaceId;

/**
 * What a call needs to know of its integration.
 *
 * @param workspace whose it is
 * @param api       how the API is called
 * @param signal    how it says that the access token is no longer good
 * @param place     what the call counts as
 */
record CallProfile(WorkspaceId workspace, ApiProfile api, InvalidTokenSignal signal, ProviderLimits.Place place) {}
