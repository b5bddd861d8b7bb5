package dev.authpipe.proxy.envelope;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.StoreUnavailableException;

/**
 * Unwrapped keys in memory, as long as their KEK stands by them. They live at most 5 minutes from load; while they are used, a real KEK call
 * proves every 40 s ± 5 s that access still stands, and keys whose last proof is older than 55 s are proved before use. Each proof follows a
 * change of the KEK. A refusal evicts at once; an outage is served until the hard limit. All times are monotonic and count from before the KEK was asked. One KEK call at a time;
 * thread-safe.
 *
 * @param <K> the usable keys, immutable
 */
final class GuardedKeys<K> {
  static final Duration HARD_LIMIT = Duration.ofMinutes(5);
  static final Duration PROOF_LIMIT = Duration.ofSeconds(55);
  private static final Duration RELOAD_AFTER = Duration.ofMinutes(4);
  private static final Duration PROOF_EARLIEST = Duration.ofSeconds(35);
  private static final Duration PROOF_JITTER = Duration.ofSeconds(10);
  private static final Duration ACTIVE = Duration.ofMinutes(5);
  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(2);
  private static final Duration PAUSE_AFTER_OUTAGE = Duration.ofSeconds(5);
  private static final Duration RELOAD_PAUSE = Duration.ofSeconds(5);

  /** Where the keys come from. */
  interface Source<K> {
    /** Reads and unwraps. */
    K load();

    /** Whether the store has them wrapped otherwise by now; a store that is silent has not. */
    boolean isReplaced(K keys);

    /** Unwraps again what was loaded, without asking the store. */
    void prove(K keys);

    /** Told once when the KEK begins to refuse, and once when it works again. */
    void changed(KekRefusedException.@Nullable Reason refusal);
  }

  private record Held<K>(K keys, long loadedAt, long provedAt, long nextProofAt) {}

  private record Failure(RuntimeException cause, boolean outage, long at) {}

  private final Source<K> source;
  private final Ticker ticker;
  private final DoubleSupplier jitter;
  private final AtomicReference<@Nullable CompletableFuture<K>> flight = new AtomicReference<>();
  private volatile @Nullable Held<K> held;
  private volatile @Nullable Failure failure;
  private volatile boolean refused;
  private volatile long usedAt;

  GuardedKeys(Source<K> source, Ticker ticker, DoubleSupplier jitter) {
    this.source = source;
    this.ticker = ticker;
    this.jitter = jitter;
    this.usedAt = ticker.read();
  }

  /** The keys if they may be used without asking anybody, else null. Never blocks. */
  @Nullable
  K warm() {
    long now = ticker.read();
    usedAt = now;
    Held<K> current = held;
    return current != null && mayUse(current, now) ? current.keys : null;
  }

  /** The keys, loaded or proved first where needed. */
  K use() {
    K warm = warm();
    if (warm != null) {
      return warm;
    }
    Failure last = failure;
    if (last != null && held == null && !(last.cause instanceof StoreUnavailableException)
        && ticker.read() - last.at <= pauseAfter(last)) {
      throw last.cause;
    }
    return attempt(false);
  }

  /** The keys as the store has them now: for a record whose key is unknown. Asks at most once in 5 s. */
  K reloaded() {
    Held<K> current = held;
    return current != null && ticker.read() - current.loadedAt < RELOAD_PAUSE.toNanos() ? current.keys : attempt(true);
  }

  /**
   * Drops what is too old and proves what is due, on a virtual thread; returns true when there is nothing left to keep. Who was told of a refusal is to be
   * told of its end, however long nobody used the keys in between.
   */
  boolean tend() {
    long now = ticker.read();
    Held<K> current = held;
    if (current != null && now - current.loadedAt >= HARD_LIMIT.toNanos()) {
      held = null;
      current = null;
    }
    boolean active = now - usedAt < ACTIVE.toNanos();
    if (current == null) {
      return !active && !refused;
    }
    Failure last = failure;
    boolean paused = last != null && now - last.at < pauseAfter(last);
    if (active && now >= current.nextProofAt && !paused && flight.get() == null) {
      Thread.ofVirtual().name("key-proof").start(this::attemptQuietly);
    }
    return false;
  }

  private void attemptQuietly() {
    try {
      attempt(false);
    } catch (RuntimeException cause) {
      if (failure == null) {
        failure = new Failure(cause, true, ticker.read()); // nobody waits for this attempt: the next one is not at once
      }
    }
  }

  private K attempt(boolean forcedLoad) {
    CompletableFuture<K> mine = new CompletableFuture<>();
    CompletableFuture<K> other = flight.compareAndExchange(null, mine);
    if (other != null) {
      try {
        return other.join();
      } catch (CompletionException failed) {
        throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
      }
    }
    try {
      Held<K> current = held;
      long now = ticker.read();
      K keys = current != null && !forcedLoad && mayUse(current, now) && now < current.nextProofAt
          ? current.keys
          : ask(current, now, forcedLoad);
      mine.complete(keys);
      return keys;
    } catch (RuntimeException | Error failed) {
      mine.completeExceptionally(failed);
      throw failed;
    } finally {
      flight.set(null);
    }
  }

  private K ask(@Nullable Held<K> current, long now, boolean forcedLoad) {
    try {
      boolean young = current != null && now - current.loadedAt < RELOAD_AFTER.toNanos();
      Held<K> fresh = current != null && young && !forcedLoad && !source.isReplaced(current.keys)
          ? prove(current, now)
          : load(current, now);
      held = fresh;
      failure = null;
      if (refused) {
        refused = false;
        source.changed(null);
      }
      return fresh.keys;
    } catch (KekRefusedException refusal) {
      throw evict(new KeyUnavailableException(KeyUnavailableException.Reason.REFUSED), refusal.reason());
    } catch (KeyUnavailableException | IntegrityException gone) {
      throw evict(gone, null);
    } catch (KekOutageException outage) {
      return outlive(current, new KeyUnavailableException(KeyUnavailableException.Reason.OUTAGE));
    } catch (StoreUnavailableException outage) {
      return outlive(current, outage);
    }
  }

  private Held<K> load(@Nullable Held<K> current, long now) {
    try {
      return held(source.load(), now, now);
    } catch (StoreUnavailableException unavailable) {
      if (current != null && isServable(current, now)) {
        return prove(current, now); // a silent store must not hide a refusing KEK
      }
      throw unavailable;
    }
  }

  private Held<K> prove(Held<K> current, long now) {
    try {
      source.prove(current.keys);
    } catch (IntegrityException anotherKey) {
      throw new KekRefusedException(KekRefusedException.Reason.NOT_FOUND);
    }
    return held(current.keys, current.loadedAt, now);
  }

  private Held<K> held(K keys, long loadedAt, long provedAt) {
    long wait = PROOF_EARLIEST.toNanos() + (long) (jitter.getAsDouble() * PROOF_JITTER.toNanos());
    return new Held<>(keys, loadedAt, provedAt, provedAt + wait);
  }

  private RuntimeException evict(RuntimeException cause, KekRefusedException.@Nullable Reason refusal) {
    held = null;
    failure = new Failure(cause, false, ticker.read());
    if (refusal != null && !refused) {
      refused = true;
      source.changed(refusal);
    }
    return cause;
  }

  private K outlive(@Nullable Held<K> current, RuntimeException cause) {
    long now = ticker.read();
    failure = new Failure(cause, true, now);
    if (current != null && isServable(current, now)) {
      return current.keys;
    }
    held = null;
    throw cause;
  }

  private boolean mayUse(Held<K> current, long now) {
    Failure last = failure;
    boolean proved = now - current.provedAt <= PROOF_LIMIT.toNanos();
    boolean justTried = last != null && last.outage && now - last.at <= PAUSE_AFTER_OUTAGE.toNanos();
    return isServable(current, now) && (proved || justTried);
  }

  private boolean isServable(Held<K> current, long now) {
    return now - current.loadedAt < HARD_LIMIT.toNanos();
  }

  private static long pauseAfter(Failure last) {
    return (last.outage ? PAUSE_AFTER_OUTAGE : PAUSE_AFTER_REFUSAL).toNanos();
  }
}
