package dev.authpipe.proxy.retire;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.ErasureId;
import dev.authpipe.wire.IntegrationId;

/**
 * An erasure as its receipt tells it. Names nobody: the person's identifier is gone with the rest.
 *
 * @param id          the erasure; null: a dry run, nothing was done
 * @param completed   whether every provider has been told as far as it can be
 * @param requestedAt when it was asked for
 * @param completedAt when it was completed; null until then
 * @param ledger      its number in the ledger of erasures; null: it found nobody, or nothing was done
 * @param connections what became, or would become, of each connection
 * @param horizons    until when copies may live elsewhere
 */
public record ErasureView(@Nullable ErasureId id, boolean completed, Instant requestedAt, @Nullable Instant completedAt,
    @Nullable Long ledger, List<ErasedConnection> connections, Horizons horizons) {

  /** Copies the list. */
  public ErasureView {
    connections = List.copyOf(connections);
  }

  /** How many providers are still to be told. */
  public int pending() {
    return (int) connections.stream().filter(one -> one.outcome() == RevocationState.PENDING).count();
  }

  /**
   * One connection of the person.
   *
   * @param outcome         of the revocation at the provider; what was kept here is erased in any case
   * @param accessExpiresAt until when its last access token may work; null: it cannot any more, or nobody knows
   */
  public record ErasedConnection(ConnectionId connection, IntegrationId integration, String provider, RevocationState outcome,
      @Nullable Instant accessExpiresAt) {}

  /**
   * Until when copies may live elsewhere.
   *
   * @param accessTokens until when an access token handed out before may work at a provider that did not confirm; null: none with a known end
   * @param endless      how many credentials that no provider confirmed have no known end
   * @param journals     until when answers that were just received may stand, sealed, in rescue journals of other replicas that run
   * @param backups      until when backups, archived write-ahead logs and replicas that stay behind are kept, as the operator says
   */
  public record Horizons(@Nullable Instant accessTokens, int endless, Instant journals, Instant backups) {}
}
