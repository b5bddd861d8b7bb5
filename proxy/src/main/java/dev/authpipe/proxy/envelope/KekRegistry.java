package dev.authpipe.proxy.envelope;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.WorkspaceId;

/**
 * The operator's KEKs by name, and the only way to call one: every call has a deadline, runs on a virtual thread of its own, is counted, and
 * at most 64 run at a time on one KEK. Must never be fed an address by a tenant.
 */
public final class KekRegistry implements AutoCloseable {
  private static final int CALLS_MOST = 64;

  private record Entry(Kek kek, Semaphore permits) {}

  private final Map<String, Entry> keks = new LinkedHashMap<>();
  private final Duration deadline;
  private final LongAdder calls = new LongAdder();

  /**
   * @param keks     each under its own name
   * @param deadline longest wait for one call
   */
  public KekRegistry(Collection<? extends Kek> keks, Duration deadline) {
    this.deadline = deadline;
    for (Kek kek : keks) {
      if (this.keks.put(kek.name(), new Entry(kek, new Semaphore(CALLS_MOST))) != null) {
        throw new IllegalArgumentException("two KEKs named " + kek.name());
      }
    }
  }

  /** The names. */
  public Set<String> names() {
    return Set.copyOf(keks.keySet());
  }

  /** How many calls were made to any KEK since the start: the count that "warm: no KMS" is asserted on. */
  public long calls() {
    return calls.sum();
  }

  /**
   * Wraps and unwraps a few bytes, so that a KEK that cannot work stops the start (S93).
   *
   * @throws KekRefusedException if it refuses, or is not defined
   * @throws KekOutageException  if it does not answer
   * @throws IntegrityException  if it answers something else
   */
  public void check(String name, String deployment) {
    check(name, deployment, null);
  }

  /**
   * The same for a workspace: its id is part of what is authenticated, for a KMS may allow its key for that alone.
   *
   * @throws KekRefusedException if it refuses, or is not defined
   * @throws KekOutageException  if it does not answer
   * @throws IntegrityException  if it answers something else
   */
  public void check(String name, String deployment, @Nullable WorkspaceId workspace) {
    WrapContext context = new WrapContext("start-check", deployment, workspace, 1);
    try (SecretBytes sample = SecretBytes.taking(new byte[32]);
        SecretBytes back = unwrap(name, wrap(name, sample, context), context)) {
      if (!back.equals(sample)) {
        throw new IntegrityException("KEK round trip");
      }
    }
  }

  /**
   * What may be done with a KEK beyond need; does nothing of it.
   *
   * @throws KekRefusedException if the KMS does not say, or the KEK is not defined
   * @throws KekOutageException  if it does not answer
   */
  public KekRights rights(String name) {
    Entry entry = entry(name);
    return call(entry, entry.kek::rights);
  }

  byte[] wrap(String name, SecretBytes keyset, WrapContext context) {
    Entry entry = entry(name);
    return call(entry, () -> entry.kek.wrap(keyset, context));
  }

  SecretBytes unwrap(String name, byte[] wrapped, WrapContext context) {
    Entry entry = entry(name);
    return call(entry, () -> entry.kek.unwrap(wrapped, context));
  }

  Optional<byte[]> rewrap(String from, String to, byte[] wrapped, WrapContext context) {
    Entry source = entry(from);
    Entry target = entry(to);
    return call(target, () -> target.kek.rewrap(wrapped, context, source.kek));
  }

  Optional<Boolean> isWrappedByNewest(String name, byte[] wrapped, WrapContext context) {
    Entry entry = entry(name);
    return call(entry, () -> entry.kek.isWrappedByNewest(wrapped, context));
  }

  /** Lets go of every KEK. */
  @Override
  public void close() {
    keks.values().forEach(entry -> entry.kek.close());
  }

  private Entry entry(String name) {
    Entry entry = keks.get(name);
    if (entry == null) {
      throw new KekRefusedException(KekRefusedException.Reason.NOT_FOUND);
    }
    return entry;
  }

  private <T> T call(Entry entry, Supplier<T> work) {
    if (!entry.permits.tryAcquire()) {
      throw new KekOutageException("too many calls under way");
    }
    calls.increment();
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread.ofVirtual().name("kek-call").start(() -> {
      try {
        answer.complete(work.get());
      } catch (Throwable failure) {
        answer.completeExceptionally(failure);
      } finally {
        entry.permits.release();
      }
    });
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new KekOutageException("deadline");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new KekOutageException("interrupted");
    } catch (ExecutionException failure) {
      throw switch (failure.getCause()) {
        case KekRefusedException refused -> refused;
        case KekOutageException outage -> outage;
        case IntegrityException mismatch -> mismatch;
        case null, default -> new KekOutageException("adapter failure");
      };
    }
  }
}
