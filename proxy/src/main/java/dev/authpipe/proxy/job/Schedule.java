package dev.authpipe.proxy.job;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * When a job is due: at its interval from start to start; after a failure three more times, waiting longer each time; then it is left failed
 * until the next interval. A pure function of the job's row.
 *
 * @param every interval between starts
 * @param retry wait before the first retry
 */
record Schedule(Duration every, Duration retry) {
  static final int RETRIES = 3;

  /** When the next run is due, as far as the row tells. */
  Instant next(@Nullable Instant startedAt, @Nullable Instant failedAt, int failures, Instant now) {
    if (startedAt == null) {
      return now;
    }
    Instant regular = startedAt.plus(every);
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
