package dev.authpipe.proxy.db;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.wire.WorkspaceId;

/**
 * Listens to row changes that any replica, or an operator's SQL, makes in a store ({@code LISTEN authpipe_changed}, payload
 * {@code kind:workspace:id}), in its first database and its cells alike. Must never be trusted alone: {@link #confirmed()} says whether
 * silence means "nothing changed", and every interruption starts a new {@link #period()}, in which what was read before counts for nothing.
 */
public final class Notifications implements AutoCloseable {
  private final Map<String, List<BiConsumer<WorkspaceId, UUID>>> subscribers = new ConcurrentHashMap<>();
  private final Listening[] databases; // an array: read with every warm call

  /**
   * Those of a store without cells.
   *
   * @param settings how to reach it; its notification URL must be a direct connection
   * @param ticker   monotonic nanoseconds
   */
  public Notifications(StoreSettings settings, Ticker ticker) {
    this(List.of(settings), ticker);
  }

  /**
   * Those of several databases.
   *
   * @param settings how to reach each of a store's databases
   * @param ticker   monotonic nanoseconds
   */
  public Notifications(Collection<StoreSettings> settings, Ticker ticker) {
    this.databases = settings.stream().map(one -> new Listening(one, ticker, subscribers)).toArray(Listening[]::new);
  }

  /** Starts listening on virtual threads; returns at once. */
  public void start() {
    for (Listening one : databases) {
      one.start();
    }
  }

  /** Calls back for each change of the kind ({@code api_key}, {@code connection}, {@code credential}); the callback must be short. */
  public void subscribe(String kind, BiConsumer<WorkspaceId, UUID> callback) {
    subscribers.computeIfAbsent(kind, k -> new CopyOnWriteArrayList<>()).add(callback);
  }

  /**
   * Whether PostgreSQL confirmed within the last 1.5 s that nothing we did not hear of has changed: every database, for a workspace may be moved
   * from one to another.
   */
  public boolean confirmed() {
    for (Listening one : databases) {
      if (!one.confirmed()) {
        return false;
      }
    }
    return true;
  }

  /** Monotonic nanoseconds of the last confirmation by all of them. */
  public long confirmedAt() {
    long oldest = databases[0].confirmedAt();
    for (Listening one : databases) {
      oldest = Math.min(oldest, one.confirmedAt());
    }
    return oldest;
  }

  /** Number of the current uninterrupted stretch of listening; only rises. */
  public long period() {
    long sum = 0;
    for (Listening one : databases) {
      sum += one.period();
    }
    return sum;
  }

  @Override
  public void close() {
    for (Listening one : databases) {
      one.close();
    }
  }
}
