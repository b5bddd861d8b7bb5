package dev.authpipe.proxy.rotate;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * When keysets are rotated though nobody asks.
 *
 * @param after how long a keyset seals; null: until somebody asks
 */
public record RotateSettings(@Nullable Duration after) {
  /** The shortest. */
  public static final Duration SHORTEST = Duration.ofDays(1);
  /** The longest. */
  public static final Duration LONGEST = Duration.ofDays(3650);

  /** Checks the limits. */
  public RotateSettings {
    if (after != null && (after.compareTo(SHORTEST) < 0 || after.compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException("a keyset seals for 1 to 3650 days");
    }
  }
}
