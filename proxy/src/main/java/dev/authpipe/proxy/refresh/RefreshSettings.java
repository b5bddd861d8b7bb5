package dev.authpipe.proxy.refresh;

import java.time.Duration;

/**
 * The limits of refreshing. Never per provider: what differs between providers stands in the catalog.
 *
 * @param lease              how long a claim lasts; longer than pause limit and token-endpoint deadline (20 s) together
 * @param pauseLimit         a process that needed longer from claim to sending gives the lease up
 * @param backoffLeast       shortest pause after a failure
 * @param backoffMost        longest pause after a failure
 * @param retryAfterMost     longest pause that a provider's {@code Retry-After} can cause
 * @param budget             failing this long without a success asks the end user to connect again
 * @param commitPatience     how long a received answer is held while PostgreSQL does not take it
 * @param invalidTokenPause  shortest time between two refreshes that an API's invalid-token answer causes
 * @param callsPerSecond     calls to a token endpoint per workspace and integration
 * @param callsAtOnce        how many of them may come in a burst
 * @param turnLimit          longest wait for a turn under that rate
 * @param breakerFailures    failures in a row after which an integration's token endpoint is left alone
 * @param breakerLeast       how long at first
 * @param breakerMost        how long at most
 * @param flightsMost        refreshes under way at a time in this process; one workspace alone gets half of them
 * @param flightLimit        longest life of one of them
 * @param pollEvery          how often the generation is looked at while another process refreshes
 * @param attemptsKept       how long attempts are remembered
 */
public record RefreshSettings(Duration lease, Duration pauseLimit, Duration backoffLeast, Duration backoffMost,
    Duration retryAfterMost, Duration budget, Duration commitPatience, Duration invalidTokenPause, int callsPerSecond,
    int callsAtOnce, Duration turnLimit, int breakerFailures, Duration breakerLeast, Duration breakerMost, int flightsMost,
    Duration flightLimit, Duration pollEvery, Duration attemptsKept) {

  private static final Duration LONGEST_CALL = Duration.ofSeconds(20);

  /** Checks that a lease outlives the call made under it. */
  public RefreshSettings {
    if (lease.compareTo(pauseLimit.plus(LONGEST_CALL)) <= 0) {
      throw new IllegalArgumentException("the lease is longer than the pause limit and the call's 20 s");
    }
    if (backoffLeast.compareTo(backoffMost) > 0 || callsPerSecond < 1 || callsAtOnce < 1 || flightsMost < 1
        || breakerFailures < 1) {
      throw new IllegalArgumentException("limits are positive and the least is at most the most");
    }
  }

  /** What is right unless an operator knows better. */
  public static RefreshSettings usual() {
    return new RefreshSettings(Duration.ofSeconds(45), Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofMinutes(5),
        Duration.ofHours(1), Duration.ofDays(7), Duration.ofMinutes(5), Duration.ofMinutes(5), 25, 100, Duration.ofSeconds(10),
        10,
        Duration.ofSeconds(5), Duration.ofMinutes(2), 1_024, Duration.ofMinutes(6), Duration.ofMillis(200), Duration.ofDays(30));
  }
}
