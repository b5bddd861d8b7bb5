package dev.authpipe.proxy.notify;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** When an event is tried again: full jitter under a doubling bound, never before what the endpoint asked for, and never past its end. */
final class Backoff {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration LONGEST_ASKED = Duration.ofDays(1);
  private static final int MOST_DOUBLINGS = 30;

  private Backoff() {}

  /**
   * The next try; empty: there is none, the event is dead. The last one is at the very end.
   *
   * @param tries      how many there were, at least one
   * @param fraction   random, from 0 to below 1
   * @param retryAfter what the endpoint asked for; null: nothing
   */
  static Optional<Instant> next(NotifySettings settings, int tries, double fraction, @Nullable Duration retryAfter, Instant now,
      Instant expiresAt) {
    if (!now.isBefore(expiresAt)) {
      return Optional.empty();
    }
    Duration bound = settings.retryLeast().multipliedBy(1L << Math.min(MOST_DOUBLINGS, tries - 1));
    Duration most = bound.compareTo(settings.retryMost()) < 0 ? bound : settings.retryMost();
    Duration pause = LEAST.plusMillis((long) (most.toMillis() * fraction));
    if (retryAfter != null && retryAfter.compareTo(pause) > 0) {
      pause = retryAfter;
    }
    Instant next = now.plus(pause);
    return Optional.of(next.isBefore(expiresAt) ? next : expiresAt);
  }

  /** Reads {@code Retry-After} (RFC 9110 section 10.2.3), a day at most; null when it says nothing. */
  static @Nullable Duration asked(@Nullable String value, Instant now) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    try {
      Duration asked = text.matches("[0-9]{1,12}")
          ? Duration.ofSeconds(Long.parseLong(text))
          : Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return asked.isNegative() ? Duration.ZERO : asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
    } catch (DateTimeException noDate) {
      return null;
    }
  }
}
