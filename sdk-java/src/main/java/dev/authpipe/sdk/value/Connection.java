package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One authorized link of one end user through one integration. Holds no part of the credential.
 *
 * @param id its id
 * @param integration the slug of its integration
 * @param endUser whose it is, in the application's words
 * @param status whether it can be used
 * @param scopes what the provider granted, which may be less than was asked; empty when the provider has no scopes
 * @param account the provider's account, where one could be read; null otherwise
 * @param createdAt when it was made; null when the answer did not say
 */
public record Connection(
    ConnectionId id,
    String integration,
    EndUserId endUser,
    ConnectionStatus status,
    Set<String> scopes,
    @Nullable String account,
    @Nullable Instant createdAt) {

  /** Checks that nothing required is missing, and copies. */
  public Connection {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(integration, "integration");
    Objects.requireNonNull(endUser, "endUser");
    Objects.requireNonNull(status, "status");
    scopes = Set.copyOf(scopes);
  }
}
