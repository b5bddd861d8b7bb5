package dev.authpipe.proxy.report;

import java.time.Duration;

/**
 * Limits of the outbox.
 *
 * @param most   reports that are kept at most
 * @param window how long usage is counted before it is written
 */
public record OutboxSettings(int most, Duration window) {
  /** 100,000 reports; a minute. */
  public static OutboxSettings usual() {
    return new OutboxSettings(100_000, Duration.ofMinutes(1));
  }
}
