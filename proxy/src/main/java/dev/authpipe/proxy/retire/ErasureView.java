package dev.authpipe.proxy.retire;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.ErasureId;
import dev.authpipe.wire.IntegrationId;

/**
 * The receipt of an erasure. Names nobody: the person's identifier is gone with the rest. Not signed yet.
 *
 * @param id          the erasure; null: a dry run, nothing was done
 * @param completed   whether every provider has been told as far as it can be
 * @param requestedAt when it was asked for
 * @param completedAt when it was completed; null until then
 * @param connections what became, or would become, of each connection
 * @param horizons    until when copies may live elsewhere
 */
public record ErasureView(@Nullable ErasureId id, boolean completed, Instant requestedAt, @Nullable Instant completedAt,
    List<ErasedConnection> connections, Horizons horizons) {

  /** Copies the list. */
  public ErasureView {
    connections = List.copyOf(connections);
  }

  /**
   * One connection of the person.
   *
   * @param outcome of the revocation at the provider; what was kept here is erased in any case
   */
  public record ErasedConnection(ConnectionId connection, IntegrationId integration, String provider, RevocationState outcome) {}

  /**
   * Until when copies may live elsewhere.
   *
   * @param accessTokens until when an access token handed out before may work at a provider that did not confirm; null: none can, or the
   *                     provider does not say how long
   * @param journals     until when answers that were just received may stand, sealed, in rescue journals of other replicas that run
   */
  public record Horizons(@Nullable Instant accessTokens, Instant journals) {}
}
