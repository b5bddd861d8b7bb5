package dev.authpipe.proxy.forward;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;

/**
 * What a call needs to know of its provider.
 *
 * @param api    how the API is called
 * @param signal how it says that the access token is no longer good
 */
record CallProfile(ApiProfile api, InvalidTokenSignal signal) {}
