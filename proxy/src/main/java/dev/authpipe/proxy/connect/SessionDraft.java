package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;

/** A checked request for a connect session. Names nothing secret. */
record SessionDraft(ApiKeyId createdBy, String endUserIdentifier, @Nullable String displayName, @Nullable String email,
    List<Integration> integrations, URI returnUrl, String codeChallenge, List<String> scopes, Map<String, String> params,
    @Nullable ConnectionId reconnects, boolean accountMayChange) {
  SessionDraft {
    integrations = List.copyOf(integrations);
    scopes = List.copyOf(scopes);
    params = Map.copyOf(params);
  }
}
