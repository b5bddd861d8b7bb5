package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A connection as its plain columns say: for showing and filtering. Must never decide where or for whom a credential is used; that comes from
 * the sealed bytes (S2).
 *
 * @param workspace       the isolation boundary
 * @param id              the connection
 * @param integration     through which integration
 * @param provider        the provider's slug
 * @param endUserId       whose
 * @param accountId       the account at the provider, or null
 * @param status          usable or not
 * @param scopesRequested what was asked for
 * @param scopesGranted   what the provider granted (S12)
 * @param metadata        the customer's own words: at most 50 entries, keys of 64 and values of 512 characters
 * @param authorizedAt    when the end user last agreed through the connect flow, or null
 * @param createdAt       when it was made
 * @param updatedAt       when a plain column last changed
 * @param disconnectedAt  when it ended, or null
 * @param purgeAfter      when the shell goes, or null
 */
public record ConnectionRow(WorkspaceId workspace, ConnectionId id, IntegrationId integration, String provider, UUID endUserId,
    @Nullable UUID accountId, ConnectionStatus status, List<String> scopesRequested, List<String> scopesGranted,
    Map<String, String> metadata, @Nullable Instant authorizedAt, Instant createdAt, Instant updatedAt,
    @Nullable Instant disconnectedAt,
    @Nullable Instant purgeAfter) {

  /** Copies and checks the limits. */
  public ConnectionRow {
    scopesRequested = List.copyOf(scopesRequested);
    scopesGranted = List.copyOf(scopesGranted);
    metadata = Map.copyOf(metadata);
    Metadata.check(metadata);
  }

  /** A new, active connection whose end user agreed just now. */
  public static ConnectionRow active(WorkspaceId workspace, ConnectionId id, IntegrationId integration, String provider,
      UUID endUserId,
      @Nullable UUID accountId, List<String> scopesRequested, List<String> scopesGranted, Instant now) {
    return new ConnectionRow(workspace, id, integration, provider, endUserId, accountId, ConnectionStatus.ACTIVE, scopesRequested,
        scopesGranted, Map.of(), now, now, now, null, null);
  }

  /** The same for a credential that comes from elsewhere: nobody knows when the end user agreed. */
  public ConnectionRow imported() {
    return new ConnectionRow(workspace, id, integration, provider, endUserId, accountId, status, scopesRequested, scopesGranted,
        metadata, null, createdAt, updatedAt, disconnectedAt, purgeAfter);
  }
}
