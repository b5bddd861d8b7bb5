package dev.authpipe.proxy.vault;

import java.time.Duration;

/**
 * Limits of what the vault keeps in memory, all of it sealed.
 *
 * @param rowsMost   most cached rows
 * @param staleLimit how long a cached row is served while PostgreSQL cannot confirm it (S31), at most 5 minutes
 */
public record VaultSettings(long rowsMost, Duration staleLimit) {
  private static final Duration STALE_MOST = Duration.ofMinutes(5);

  /** Checks the limits. */
  public VaultSettings {
    if (rowsMost < 1 || staleLimit.isNegative() || staleLimit.compareTo(STALE_MOST) > 0) {
      throw new IllegalArgumentException("at least one row, and a stale limit of at most 5 minutes");
    }
  }

  /** 100,000 rows and 5 s. */
  public static VaultSettings usual() {
    return new VaultSettings(100_000, Duration.ofSeconds(5));
  }
}
