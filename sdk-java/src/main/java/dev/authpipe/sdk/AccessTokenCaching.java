package dev.authpipe.sdk;

import java.time.Duration;
import java.util.Objects;

/**
 * How long {@link AccessTokens} keeps what it has read. Keeping is what the proxy cannot see: while an access token is kept, neither a
 * disconnect nor a disabled key ends its use here, so the age is short.
 *
 * @param minTtl      how long an access token must live at least when it is read; whole seconds, at most an hour
 * @param mostAge     how long one is kept after it was read, at most an hour
 * @param mostEntries how many are kept, 1 to a million
 */
public record AccessTokenCaching(Duration minTtl, Duration mostAge, int mostEntries) {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final int MOST = 1_000_000;

  /** Checks the limits. */
  public AccessTokenCaching {
    Objects.requireNonNull(minTtl, "minTtl");
    Objects.requireNonNull(mostAge, "mostAge");
    if (minTtl.isNegative() || minTtl.compareTo(HOUR) > 0 || mostAge.isZero() || mostAge.isNegative()
        || mostAge.compareTo(HOUR) > 0
        || mostEntries < 1 || mostEntries > MOST) {
      throw new IllegalArgumentException("minTtl and mostAge are at most an hour, mostEntries 1 to " + MOST);
    }
  }

  /**
   * Good for a minute when read, kept for at most a minute, 10,000 of them. A minute is also the longest that the proxy itself goes on after
   * a customer's key was disabled.
   *
   * @return the usual
   */
  public static AccessTokenCaching usual() {
    return new AccessTokenCaching(Duration.ofMinutes(1), Duration.ofMinutes(1), 10_000);
  }

  /**
   * The same with another age.
   *
   * @param age how long one is kept after it was read
   * @return new settings
   */
  public AccessTokenCaching withMostAge(Duration age) {
    return new AccessTokenCaching(minTtl, age, mostEntries);
  }

  /**
   * The same with another number of entries.
   *
   * @param number how many are kept
   * @return new settings
   */
  public AccessTokenCaching withMostEntries(int number) {
    return new AccessTokenCaching(minTtl, mostAge, number);
  }
}
