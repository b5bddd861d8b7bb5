package dev.authpipe.proxy.db;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Rows kept in memory as long as PostgreSQL confirms that they did not change (S31). A warm read costs no SQL; a changed row is dropped by
 * its notification; when the listener is silent a row counts for 5 s; when the store does not answer, for the stale limit, then not at
 * all. Must never hold a plaintext secret. Misses of one key are coalesced. Thread-safe.
 *
 * @param <V> an immutable row
 */
public final class NotifiedCache<V> {
  private static final Duration RECHECK = Duration.ofSeconds(5);
  private static final Duration RETRY_STORE = Duration.ofSeconds(1);

  private record Entry<V>(V value, long loadedAt, long period) {}

  private final Notifications notifications;
  private final Ticker ticker;
  private final Duration staleLimit;
  private final Function<RowKey, @Nullable V> loader;
  private final Cache<RowKey, Entry<V>> entries;
  private final ConcurrentMap<RowKey, CompletableFuture<@Nullable Entry<V>>> loads = new ConcurrentHashMap<>();
  private volatile long storeFailedAt = Long.MIN_VALUE;

  /**
   * @param kind       the kind of notification that drops an entry; null: none
   * @param most       most entries
   * @param staleLimit how long an entry is served while the store does not answer, at most 5 minutes
   * @param loader     reads the row; null when there is none, which is not remembered
   */
  public NotifiedCache(@Nullable String kind, long most, Duration staleLimit, Notifications notifications, Ticker ticker,
      Function<RowKey, @Nullable V> loader) {
    this.notifications = notifications;
    this.ticker = ticker;
    this.staleLimit = staleLimit;
    this.loader = loader;
    this.entries = Caffeine.newBuilder().maximumSize(most).build();
    if (kind != null) {
      notifications.subscribe(kind, (workspace, id) -> drop(new RowKey(workspace, id)));
    }
  }

  /** The row if it is warm, else null. Never blocks: for event loops. */
  public @Nullable V warm(RowKey key) {
    Entry<V> entry = entries.getIfPresent(key);
    return entry != null && isWarm(entry) ? entry.value : null;
  }

  /**
   * The row, read from the store if needed; null when there is none.
   *
   * @throws StoreUnavailableException if the store does not answer and nothing young enough is remembered
   */
  public @Nullable V get(RowKey key) {
    Entry<V> entry = entries.getIfPresent(key);
    if (entry != null && (isWarm(entry) || (storeJustFailed() && isServable(entry)))) {
      return entry.value;
    }
    try {
      Entry<V> loaded = load(key);
      return loaded == null ? null : loaded.value;
    } catch (StoreUnavailableException unavailable) {
      storeFailedAt = ticker.read();
      if (entry != null && isServable(entry)) {
        return entry.value;
      }
      throw unavailable;
    }
  }

  /** Forgets a row that this replica just changed; other replicas hear it from the store. */
  public void drop(RowKey key) {
    loads.remove(key); // a load that began before the change must not be remembered
    entries.invalidate(key);
  }

  private @Nullable Entry<V> load(RowKey key) {
    CompletableFuture<@Nullable Entry<V>> mine = new CompletableFuture<>();
    CompletableFuture<@Nullable Entry<V>> other = loads.putIfAbsent(key, mine);
    if (other != null) {
      try {
        return other.join();
      } catch (CompletionException failed) {
        throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
      }
    }
    try {
      long period = notifications.period();
      long now = ticker.read();
      V value = loader.apply(key);
      Entry<V> entry = value == null ? null : new Entry<>(value, now, period);
      remember(key, mine, entry);
      mine.complete(entry);
      return entry;
    } catch (RuntimeException | Error failure) {
      loads.remove(key, mine);
      mine.completeExceptionally(failure);
      throw failure;
    }
  }

  private void remember(RowKey key, CompletableFuture<@Nullable Entry<V>> mine, @Nullable Entry<V> entry) {
    if (entry != null) {
      entries.put(key, entry);
    }
    if (!loads.remove(key, mine) && entry != null) {
      entries.asMap().remove(key, entry); // dropped while it was read: the value may be from before the change
    }
  }

  private boolean isWarm(Entry<V> entry) {
    return (entry.period == notifications.period() && notifications.confirmed())
        || ticker.read() - entry.loadedAt <= RECHECK.toNanos();
  }

  private boolean isServable(Entry<V> entry) {
    long confirmed = entry.period == notifications.period()
        ? Math.max(entry.loadedAt, notifications.confirmedAt())
        : entry.loadedAt;
    return ticker.read() - confirmed <= staleLimit.toNanos();
  }

  private boolean storeJustFailed() {
    return storeFailedAt != Long.MIN_VALUE && ticker.read() - storeFailedAt <= RETRY_STORE.toNanos();
  }
}
