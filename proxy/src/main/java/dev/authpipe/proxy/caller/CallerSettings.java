package dev.authpipe.proxy.caller;

import java.time.Duration;

/**
 * Limits of what is remembered about API keys.
 *
 * @param keysMost   most remembered keys
 * @param staleLimit how long a remembered key is good while PostgreSQL cannot confirm it (S31), at most 5 minutes
 */
public record CallerSettings(long keysMost, Duration staleLimit) {
  private static final Duration STALE_MOST = Duration.ofMinutes(5);

  /** Checks the limits. */
  public CallerSettings {
    if (keysMost < 1 || staleLimit.isNegative() || staleLimit.compareTo(STALE_MOST) > 0) {
      throw new IllegalArgumentException("at least one key, and a stale limit of at most 5 minutes");
    }
  }

  /** 100,000 keys and 5 s. */
  public static CallerSettings usual() {
    return new CallerSettings(100_000, Duration.ofSeconds(5));
  }
}
