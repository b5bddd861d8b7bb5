package dev.authpipe.proxy.forward;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RowKey;

/** Counts the calls under way of each connection, and of each integration where its provider counts so (S27). Holds no entry without calls. */
@Singleton
final class ConnectionSlots {
  private final ConcurrentMap<RowKey, Integer> underWay = new ConcurrentHashMap<>();
  private final int perConnection;

  ConnectionSlots(ForwardSettings settings) {
    this.perConnection = settings.callsPerConnection();
  }

  /**
   * Takes a slot of a connection; false when all are taken.
   *
   * @param limit of its provider; 0: none beside the usual one
   */
  boolean takeOfConnection(RowKey connection, int limit) {
    return take(connection, limit == 0 ? perConnection : Math.min(perConnection, limit));
  }

  /** Takes one of so many slots; false when all are taken. */
  boolean take(RowKey owner, int most) {
    int[] before = new int[1];
    underWay.compute(owner, (_, now) -> {
      before[0] = now == null ? 0 : now;
      return Math.min(most, before[0] + 1);
    });
    return before[0] < most;
  }

  /** Gives a taken slot back. */
  void release(RowKey owner) {
    underWay.computeIfPresent(owner, (_, now) -> now == 1 ? null : now - 1);
  }
}
