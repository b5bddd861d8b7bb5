package dev.authpipe.sdk;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.KeyRejectedException;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.error.Problem;
import dev.authpipe.sdk.value.IssuedAccessToken;

/**
 * What is kept of one connection and end user: an access token, or the refusal to hand one out. Whoever finds a read under way waits for
 * its outcome, without a lock. Thread-safe.
 */
final class AccessTokenEntry {

  /** So long before its end an access token is not handed out from memory any more: it has to reach the provider. */
  private static final Duration LEEWAY = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Supplier<IssuedAccessToken> read;
  private final Duration mostAge;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final AtomicReference<@Nullable Kept> kept = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<Outcome>> flight = new AtomicReference<>();
  private final AtomicLong rejected = new AtomicLong(-1);
  private volatile long lastAsked;

  /**
   * What is kept.
   *
   * @param token   null: handing it out is refused
   * @param refusal null: there is an access token
   * @param askAt   from then on somebody reads again
   * @param until   from then on it is not handed out
   */
  private record Kept(@Nullable IssuedAccessToken token, @Nullable Problem refusal, Instant askAt, Instant until) {}

  /**
   * How a read ended.
   *
   * @param token   null: it failed
   * @param failure null: it did not
   */
  private record Outcome(@Nullable IssuedAccessToken token, @Nullable RuntimeException failure) {
    static Outcome of(Kept kept) {
      return new Outcome(kept.token(), kept.refusal() == null ? null : AuthpipeException.of(kept.refusal()));
    }
  }

  AccessTokenEntry(Supplier<IssuedAccessToken> read, Duration mostAge, InstantSource clock, RandomGenerator random) {
    this.read = read;
    this.mostAge = mostAge;
    this.clock = clock;
    this.random = random;
  }

  IssuedAccessToken get() {
    while (true) {
      Instant now = clock.instant();
      lastAsked = now.toEpochMilli();
      Kept present = kept.get();
      boolean usable = present != null && now.isBefore(present.until());
      if (present != null && now.isBefore(present.askAt())) {
        return handOut(present);
      }
      CompletableFuture<Outcome> mine = new CompletableFuture<>();
      CompletableFuture<Outcome> underWay = flight.compareAndExchange(null, mine);
      if (underWay == null) {
        Kept meanwhile = kept.get();
        if (meanwhile != null && now.isBefore(meanwhile.askAt())) {
          flight.set(null);
          mine.complete(Outcome.of(meanwhile)); // a read ended between the two looks
          return handOut(meanwhile);
        }
        return usable ? early(mine, Objects.requireNonNull(present)) : now(mine);
      }
      if (usable) {
        return handOut(Objects.requireNonNull(present));
      }
      Outcome outcome = await(underWay);
      if (outcome != null) {
        return result(outcome);
      }
    }
  }

  /** A read that somebody must have. */
  private IssuedAccessToken now(CompletableFuture<Outcome> mine) {
    return result(fly(mine));
  }

  /** A read ahead of time: when it fails for a passing reason, the present value serves on, and the next try is after a pause. */
  private IssuedAccessToken early(CompletableFuture<Outcome> mine, Kept present) {
    Outcome outcome = fly(mine);
    if (outcome.failure() instanceof AuthpipeException failure && isPassing(failure)) {
      Duration pause = failure.retryAfter().orElse(PAUSE);
      Instant again = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
      kept.compareAndSet(present, new Kept(present.token(), present.refusal(), again, present.until()));
      return handOut(present);
    }
    return result(outcome);
  }

  private Outcome fly(CompletableFuture<Outcome> mine) {
    Outcome outcome = new Outcome(null, new IllegalStateException("the read of an access token ended without an outcome"));
    boolean interrupted = false;
    try {
      IssuedAccessToken token = read.get();
      keep(token);
      outcome = new Outcome(token, null);
    } catch (AuthpipeException failure) {
      interrupted = Thread.currentThread().isInterrupted();
      keep(failure);
      outcome = new Outcome(null, failure);
    } finally {
      flight.set(null);
      if (interrupted) {
        mine.cancel(false); // only this thread was interrupted: somebody else reads again
      } else {
        mine.complete(outcome);
      }
    }
    return outcome;
  }

  /** Null: whoever read was interrupted, so one of those who waited has to. */
  private static @Nullable Outcome await(CompletableFuture<Outcome> underWay) {
    try {
      return underWay.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Exchange.noAnswer("the call was interrupted", e);
    } catch (CancellationException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a read of an access token ended by no outcome", e);
    }
  }

  private void keep(IssuedAccessToken token) {
    Instant now = clock.instant();
    Instant until = now.plus(mostAge);
    Instant end = token.expiresAt() == null ? Instant.MAX : token.expiresAt().minus(LEEWAY);
    Instant last = end.isBefore(until) ? end : until;
    Kept fresh = new Kept(token, null, earlier(now, last), last);
    Kept before;
    do {
      before = kept.get();
      if (before != null && before.token() != null && before.token().generation() > token.generation()) {
        break; // an older value never takes the place of a newer one
      }
    } while (!kept.compareAndSet(before, fresh));
    dropRejected();
  }

  private void keep(AuthpipeException failure) {
    if (failure.code().equals(ErrorCode.PROXY_ONLY)) {
      Instant until = clock.instant().plus(mostAge);
      kept.set(new Kept(null, failure.problem(), until, until));
    } else if (!isPassing(failure)) {
      kept.set(null);
    }
  }

  /** Whether the present value may be used on: nothing was said about the connection or the key that ends its use. */
  private static boolean isPassing(AuthpipeException failure) {
    return !(failure instanceof KeyRejectedException || failure instanceof NotFoundException)
        && (!(failure instanceof ConnectionUnusableException) || failure.code().equals(ErrorCode.REFRESH_BACKOFF));
  }

  /** Between three quarters and nine tenths of its time, so that entries that were read together are not read again together. */
  private Instant earlier(Instant now, Instant until) {
    long millis = Math.max(0, Duration.between(now, until).toMillis());
    return now.plusMillis(millis * 3 / 4 + random.nextLong(millis * 3 / 20 + 1));
  }

  /** Refuses from now on what a provider refused, and everything older. */
  void reject(long generation) {
    rejected.accumulateAndGet(generation, Math::max);
    dropRejected();
  }

  private void dropRejected() {
    Kept present = kept.get();
    if (present != null && present.token() != null && present.token().generation() <= rejected.get()) {
      kept.compareAndSet(present, null);
    }
  }

  private static IssuedAccessToken handOut(Kept present) {
    if (present.token() != null) {
      return present.token();
    }
    throw AuthpipeException.of(Objects.requireNonNull(present.refusal()));
  }

  private static IssuedAccessToken result(Outcome outcome) {
    if (outcome.token() != null) {
      return outcome.token();
    }
    if (outcome.failure() instanceof AuthpipeException failure && failure.status() != 0) {
      throw AuthpipeException.of(failure.problem()); // one for each who waited: a stack trace is of one thread
    }
    throw Objects.requireNonNull(outcome.failure());
  }

  boolean isUsable() {
    Kept present = kept.get();
    return flight.get() != null || (present != null && clock.instant().isBefore(present.until()));
  }

  /** Nothing is kept, nobody reads, and nothing was refused that must not be forgotten. */
  boolean isWorthless() {
    return kept.get() == null && flight.get() == null && rejected.get() < 0;
  }

  long lastAsked() {
    return lastAsked;
  }
}
