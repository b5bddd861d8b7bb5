package dev.authpipe.proxy.clientsecret;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a client secret takes the place of the one before.
 *
 * @param expiresAt    when the new one ends by itself, for reminders only; null: unknown
 * @param keepPrevious how long the one before is tried as well: zero, so that it is erased at once, to {@link #LONGEST_KEPT}
 */
public record Replacement(@Nullable Instant expiresAt, Duration keepPrevious) {
  /** The longest that a client secret may be tried after another took its place. */
  public static final Duration LONGEST_KEPT = Duration.ofDays(30);
  /** At once, of a secret whose end is unknown. */
  public static final Replacement AT_ONCE = new Replacement(null, Duration.ZERO);

  /** Checks the limits. */
  public Replacement {
    if (keepPrevious.isNegative() || keepPrevious.compareTo(LONGEST_KEPT) > 0) {
      throw new IllegalArgumentException("the client secret before is tried for 0 to 30 days");
    }
  }
}
