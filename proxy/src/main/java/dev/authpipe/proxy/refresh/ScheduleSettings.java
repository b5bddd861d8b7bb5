package dev.authpipe.proxy.refresh;

import java.time.Duration;

/**
 * The limits of renewing by schedule, on each replica. Rates are per provider, whatever the workspace.
 *
 * @param on             whether it is done at all
 * @param every          how often a replica looks for what is due
 * @param callsPerMinute refreshes that are begun for one provider
 * @param callsAtOnce    refreshes under way for one provider; one integration has half of them at most
 * @param callsInAll     refreshes under way for all providers
 * @param ramp           how long after the start until the full rate is reached
 * @param taken          how long what one replica took is put off for the others
 * @param planned        new credentials that one transaction sets a time for
 */
public record ScheduleSettings(boolean on, Duration every, int callsPerMinute, int callsAtOnce, int callsInAll, Duration ramp,
    Duration taken, int planned) {
  /** Checks the limits. */
  public ScheduleSettings {
    if (!every.isPositive() || callsPerMinute < 1 || callsAtOnce < 1 || callsInAll < 1 || ramp.isNegative() || planned < 1) {
      throw new IllegalArgumentException("limits are positive");
    }
    if (taken.compareTo(every.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("what was taken stays so for two looks at least");
    }
  }

  /** What is right unless an operator knows better. */
  public static ScheduleSettings usual() {
    return of(true, 600, 16, Duration.ofMinutes(5));
  }

  /** What an operator may choose. */
  public static ScheduleSettings of(boolean on, int callsPerMinute, int callsAtOnce, Duration ramp) {
    return new ScheduleSettings(on, Duration.ofSeconds(10), callsPerMinute, callsAtOnce, 128, ramp, Duration.ofMinutes(2), 500);
  }
}
