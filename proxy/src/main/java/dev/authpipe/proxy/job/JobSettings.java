package dev.authpipe.proxy.job;

import java.time.Duration;
import java.util.Map;

/**
 * How scheduled work is shared among replicas.
 *
 * @param look  how often a replica looks for due work; also how quickly it notices that another replica failed
 * @param lease how long a run counts as alive without a sign of its replica, at least three looks
 * @param retry wait before the first of three retries; doubled for each further one
 * @param timings by name of a job, instead of its usual interval
 */
public record JobSettings(Duration look, Duration lease, Duration retry, Map<String, Timing> timings) {
  /** Checks the limits. */
  public JobSettings {
    timings = Map.copyOf(timings);
    if (!look.isPositive() || !retry.isPositive() || lease.compareTo(look.multipliedBy(3)) < 0) {
      throw new IllegalArgumentException("a lease lasts at least three looks");
    }
  }

  /** A look each second, a lease of a minute, retries after 10, 20 and 40 s. */
  public static JobSettings usual(Map<String, Timing> timings) {
    return new JobSettings(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(10), timings);
  }
}
