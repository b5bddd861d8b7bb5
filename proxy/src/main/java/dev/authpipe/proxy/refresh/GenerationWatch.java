package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Wakes those who lost a claim when the connection changes. A hint only: whoever waits here must read the generation afterwards, woken or
 * not. Thread-safe.
 */
@Singleton
final class GenerationWatch {
  private final ConcurrentMap<RowKey, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();

  GenerationWatch(Notifications notifications) {
    notifications.subscribe("connection", (workspace, id) -> {
      Set<CountDownLatch> woken = waiting.get(new RowKey(workspace, id));
      if (woken != null) {
        woken.forEach(CountDownLatch::countDown);
      }
    });
  }

  /** Begins to listen; what is notified from now on wakes {@link Watching#await}. Close it. */
  Watching watch(WorkspaceId workspace, ConnectionId connection) {
    RowKey key = new RowKey(workspace, connection.value());
    CountDownLatch latch = new CountDownLatch(1);
    waiting.compute(key, (k, present) -> {
      Set<CountDownLatch> latches = present == null ? ConcurrentHashMap.newKeySet() : present;
      latches.add(latch);
      return latches;
    });
    return new Watching(key, latch);
  }

  /** One who waits. */
  final class Watching implements AutoCloseable {
    private final RowKey key;
    private final CountDownLatch latch;

    private Watching(RowKey key, CountDownLatch latch) {
      this.key = key;
      this.latch = latch;
    }

    /** Waits for a change, at most so long; whether there was one. */
    boolean await(Duration most) {
      try {
        return latch.await(most.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public void close() {
      waiting.computeIfPresent(key, (k, latches) -> {
        latches.remove(latch);
        return latches.isEmpty() ? null : latches;
      });
    }
  }
}
