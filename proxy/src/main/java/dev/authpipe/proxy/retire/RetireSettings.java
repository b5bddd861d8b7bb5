package dev.authpipe.proxy.retire;

import java.time.Duration;

/**
 * The limits of ending connections.
 *
 * @param retryLeast     shortest pause between two tries of a revocation
 * @param retryMost      longest pause
 * @param giveUpAfter    a revocation is given up at this age, and its ciphertext erased
 * @param tryFor         how long one try keeps others off
 * @param batch          most revocations, purges or erasures that one run of a job takes up
 */
public record RetireSettings(Duration retryLeast, Duration retryMost, Duration giveUpAfter, Duration tryFor, int batch) {
  /** Checks the limits. */
  public RetireSettings {
    if (!retryLeast.isPositive() || retryLeast.compareTo(retryMost) > 0 || batch < 1) {
      throw new IllegalArgumentException("the least pause is positive and at most the most");
    }
  }

  /** What is right unless an operator knows better. */
  public static RetireSettings usual() {
    return new RetireSettings(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofDays(30), Duration.ofSeconds(60), 100);
  }
}
