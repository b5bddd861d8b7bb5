package dev.authpipe.proxy.job;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * When a job is due: at its regular times; after a failure three more times, waiting longer each time; then it is left failed until the next
 * regular time. A pure function of the job's row.
 *
 * @param timing its regular times
 * @param retry  wait before the first retry
 */
record Schedule(Timing timing, Duration retry) {
  static final int RETRIES = 3;

  /**
   * When the next run is due, as far as the row tells.
   *
   * @param since when this replica began to look: an interval that has never run is due then, a cron expression counts from there
   */
  Instant next(@Nullable Instant startedAt, @Nullable Instant failedAt, int failures, Instant since) {
    if (startedAt == null) {
      return timing instanceof Timing.Every ? since : timing.after(since);
    }
    Instant regular = timing.after(startedAt);
    if (failures == 0 || isLeftFailed(failures) || failedAt == null) {
      return regular;
    }
    Instant again = failedAt.plus(wait(failures));
    return again.isBefore(regular) ? again : regular;
  }

  /** The wait after so many failures in a row. */
  Duration wait(int failures) {
    return retry.multipliedBy(1L << Math.min(failures - 1, RETRIES));
  }

  /** Whether the retries are used up. */
  static boolean isLeftFailed(int failures) {
    return failures > RETRIES;
  }
}
