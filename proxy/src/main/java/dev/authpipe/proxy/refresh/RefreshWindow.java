package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/** Step 1 of docs/refresh-protocol.md: whether an access token is fresh enough. Pure; never reads a clock. */
enum RefreshWindow {
  /** Serve it. */
  FRESH,
  /** Serve it and refresh in the background. */
  SOFT,
  /** Wait for the refresh. */
  HARD;

  private static final Duration SOFT_LEAST = Duration.ofMinutes(2);
  static final Duration HARD_LEAST = Duration.ofSeconds(30);
  private static final double SOFT_SHARE = 0.1;
  private static final double JITTER_SHARE = 0.25;
  private static final double SOFT_MOST = 0.5;
  private static final double HARD_MOST = 0.9;
  private static final double SCHEDULE_SHARE = 0.75;

  /**
   * Where {@code now} lies. The soft window begins at max(10 % of the lifetime, 2 min) before the end, up to a quarter earlier by the jitter,
   * at most half the lifetime; the hard window at max(30 s, {@code minTtl}), at most nine tenths of the lifetime, for a token younger than
   * that would only be changed for one of the same age.
   *
   * @param expires null: unknown, then only the provider's API can tell
   * @param jitter  0 to 1, the same for one generation in one process
   */
  static RefreshWindow at(Instant now, Instant issued, @Nullable Instant expires, Duration minTtl, double jitter) {
    if (expires == null) {
      return FRESH;
    }
    double lifetime = (double) Duration.between(issued, expires).toMillis();
    double left = (double) Duration.between(now, expires).toMillis();
    double hard = Math.min((double) Math.max(HARD_LEAST.toMillis(), minTtl.toMillis()), lifetime * HARD_MOST);
    if (left <= hard) {
      return HARD;
    }
    double soft = Math.max(lifetime * SOFT_SHARE, (double) SOFT_LEAST.toMillis()) * (1 + JITTER_SHARE * jitter);
    return left <= Math.min(soft, lifetime * SOFT_MOST) ? SOFT : FRESH;
  }

  /**
   * How long before its end an access token of this lifetime is renewed by schedule: between the earliest moment at which a reader would begin
   * and twice the usual soft window, at most half the lifetime.
   *
   * @param jitter 0 to 1
   */
  static Duration beforeReaders(Duration lifetime, double jitter) {
    double life = (double) lifetime.toMillis();
    double soft = Math.max(life * SOFT_SHARE, (double) SOFT_LEAST.toMillis());
    return Duration.ofMillis((long) Math.min(soft * (1 + JITTER_SHARE + SCHEDULE_SHARE * jitter), life * SOFT_MOST));
  }
}
