package dev.authpipe.proxy.forward;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RowKey;

/** Counts the calls under way of each connection (S27). Holds no entry for a connection without calls. */
@Singleton
final class ConnectionSlots {
  private final ConcurrentMap<RowKey, Integer> underWay = new ConcurrentHashMap<>();
  private final int most;

  ConnectionSlots(ForwardSettings settings) {
    this.most = settings.callsPerConnection();
  }

  /** Takes a slot; false when all are taken. */
  boolean take(RowKey connection) {
    int[] before = new int[1];
    underWay.compute(connection, (_, now) -> {
      before[0] = now == null ? 0 : now;
      return Math.min(most, before[0] + 1);
    });
    return before[0] < most;
  }

  /** Gives a taken slot back. */
  void release(RowKey connection) {
    underWay.computeIfPresent(connection, (_, now) -> now == 1 ? null : now - 1);
  }
}
