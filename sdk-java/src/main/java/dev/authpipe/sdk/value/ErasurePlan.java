package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.List;

/**
 * What an erasure would do. Nothing of it was done.
 *
 * @param connections what would become of each connection
 * @param horizons    until when copies may live elsewhere
 * @param requestedAt when this was asked
 */
public record ErasurePlan(List<ErasedConnection> connections, ErasureHorizons horizons, Instant requestedAt) {

  /** Copies. */
  public ErasurePlan {
    connections = List.copyOf(connections);
  }
}
