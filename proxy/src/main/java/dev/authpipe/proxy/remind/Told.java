package dev.authpipe.proxy.remind;

import java.time.Duration;
import java.time.Instant;

/**
 * The last reminder that was told about a secret or grant.
 *
 * @param generation of the secret that it was about
 * @param dueAt      the date that it was about
 * @param days       its step: days after that date, negative before it
 */
record Told(long generation, Instant dueAt, int days) {
  private static final Duration SAME = Duration.ofDays(1);

  /**
   * Whether this reminder covers another: the same or a later step about the same date. A date that moved by less than a day is the same, for a
   * provider that states it anew with each answer moves it by seconds. A grant has one value after the other and stays the same grant.
   */
  boolean covers(Kind kind, Told next) {
    boolean about = (kind == Kind.REAUTH || generation == next.generation)
        && Duration.between(dueAt, next.dueAt).abs().compareTo(SAME) < 0;
    return about && days >= next.days;
  }
}
