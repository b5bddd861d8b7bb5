package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A connection in the export of a person.
 *
 * @param id              its id
 * @param integration     the id of its integration
 * @param provider        the slug of its provider
 * @param status          active or disconnected
 * @param accountId       what the provider calls the account; null: not known
 * @param account         what people call it; null: not known
 * @param scopesRequested asked for
 * @param scopesGranted   granted
 * @param metadata        what the application has noted about it
 * @param createdAt       when it was made
 * @param updatedAt       when it last changed
 * @param disconnectedAt  when it was disconnected; null: it was not
 * @param secrets         masked prefixes by the kind of secret; an empty one means that even a prefix would show too much
 */
public record ExportedConnection(ConnectionId id, String integration, String provider, ConnectionStatus status,
    @Nullable String accountId, @Nullable String account, Set<String> scopesRequested, Set<String> scopesGranted,
    Map<String, String> metadata, Instant createdAt, Instant updatedAt, @Nullable Instant disconnectedAt,
    Map<String, String> secrets) {

  /** Copies. */
  public ExportedConnection {
    scopesRequested = Set.copyOf(scopesRequested);
    scopesGranted = Set.copyOf(scopesGranted);
    metadata = Map.copyOf(metadata);
    secrets = Map.copyOf(secrets);
  }
}
