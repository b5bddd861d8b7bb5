package dev.authpipe.sdk.transport;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * Says whether a failed call to the proxy is worth sending again, and when. A pure function: it waits for nothing and
 * remembers nothing. It never allows a repetition that could do something twice, and never applies to provider calls.
 */
@FunctionalInterface
public interface RetryPolicy {

  /**
   * One failed attempt.
   *
   * @param attempt number of the attempt that failed, from 1
   * @param repeatable whether sending the same call twice has the effect of sending it once
   * @param sent whether any byte may have reached the proxy
   * @param status HTTP status of the answer; 0 when there was none
   * @param retryAfter what the answer's {@code Retry-After} asked for; null when it did not
   */
  record Failure(int attempt, boolean repeatable, boolean sent, int status, @Nullable Duration retryAfter) {
    /** Checks the numbers. */
    public Failure {
      if (attempt < 1 || status < 0) {
        throw new IllegalArgumentException("attempt counts from 1 and status is not negative");
      }
    }
  }

  /**
   * Decides about one failure.
   *
   * @param failure what happened
   * @return how long to wait before sending the call again; empty to give up
   */
  Optional<Duration> delayAfter(Failure failure);

  /**
   * Never sends anything again.
   *
   * @return the policy
   */
  static RetryPolicy never() {
    return failure -> Optional.empty();
  }

  /**
   * Sends again what did not reach the proxy, and repeatable calls answered 429 or 503 or not at all, with full-jitter
   * waits between 0 and 200 ms doubled per attempt, or what {@code Retry-After} asks for if that is not over the limit.
   *
   * @param attempts attempts in all, 1 to 10
   * @param longestWait the longest single wait; a longer {@code Retry-After} gives up
   * @param random where jitter comes from
   * @return the policy
   */
  static RetryPolicy upTo(int attempts, Duration longestWait, RandomGenerator random) {
    if (attempts < 1 || attempts > 10) {
      throw new IllegalArgumentException("attempts must be 1 to 10");
    }
    Objects.requireNonNull(longestWait, "longestWait");
    Objects.requireNonNull(random, "random");
    return failure -> {
      boolean worthIt = !failure.sent()
          || (failure.repeatable()
              && (failure.status() == 0 || failure.status() == 429 || failure.status() == 503));
      if (!worthIt || failure.attempt() >= attempts) {
        return Optional.empty();
      }
      Duration asked = failure.retryAfter();
      if (asked != null) {
        return asked.compareTo(longestWait) <= 0 ? Optional.of(asked) : Optional.empty();
      }
      long ceiling = Math.min(200L << (failure.attempt() - 1), Math.max(1, longestWait.toMillis()));
      return Optional.of(Duration.ofMillis(random.nextLong(ceiling + 1)));
    };
  }
}
