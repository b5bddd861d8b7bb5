package dev.authpipe.proxy.connect;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /**
   * For a connection that has a grant: asks for what it was granted too, so that more never means less. Asking for none is asking for all
   * of the integration's, as ever. Where the provider answers with names of its own, what was asked for counts as granted.
   */
  SessionDraft beside(List<String> granted, List<String> requested) {
    if (scopes.isEmpty()) {
      return this;
    }
    Set<String> all = new LinkedHashSet<>(granted);
    if (all.removeIf(scope -> integrations.stream().anyMatch(integration -> !integration.scopes().contains(scope)))) {
      requested.stream().filter(scope -> integrations.stream().allMatch(integration -> integration.scopes().contains(scope)))
          .forEach(all::add);
    }
    all.addAll(scopes);
    return new SessionDraft(createdBy, endUserIdentifier, displayName, email, integrations, returnUrl, codeChallenge,
        List.copyOf(all), params, reconnects, accountMayChange);
  }
}
