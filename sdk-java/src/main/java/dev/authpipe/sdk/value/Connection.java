package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * One authorized link of one end user through one integration. Holds no part of the credential.
 *
 * @param id              its id
 * @param integration     the slug of its integration, or its id when that is no longer configured
 * @param provider        the slug of the provider; empty when the answer did not say
 * @param endUser         whose it is, in the application's words
 * @param status          whether it can be used
 * @param scopes          what the provider granted; empty when the provider has no scopes
 * @param scopesRequested what was asked for, which may be more than was granted
 * @param account         the provider's account, where one could be read; null otherwise
 * @param metadata        what the application has noted about it
 * @param credential      what is known of its credential
 * @param end             how it ended; null while it has not
 * @param createdAt       when it was made; null when the answer did not say
 * @param updatedAt       when it last changed; null when the answer did not say
 */
public record Connection(ConnectionId id, String integration, String provider, EndUserId endUser, ConnectionStatus status,
    Set<String> scopes, Set<String> scopesRequested, @Nullable String account, Map<String, String> metadata,
    CredentialState credential, @Nullable ConnectionEnd end, @Nullable Instant createdAt, @Nullable Instant updatedAt) {

  /** Checks that nothing required is missing, and copies. */
  public Connection {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(integration, "integration");
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(endUser, "endUser");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(credential, "credential");
    scopes = Set.copyOf(scopes);
    scopesRequested = Set.copyOf(scopesRequested);
    metadata = Map.copyOf(metadata);
  }

  /**
   * What the end user or the provider left out. Asking for it again is a reconnect with these scopes.
   *
   * @return the requested scopes that were not granted
   */
  public Set<String> scopesMissing() {
    return scopesRequested.stream().filter(scope -> !scopes.contains(scope)).collect(Collectors.toUnmodifiableSet());
  }
}
