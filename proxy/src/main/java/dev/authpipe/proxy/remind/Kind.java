package dev.authpipe.proxy.remind;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** What a reminder is about, and when it is told: days before or after a date. A pure function of the two times. */
enum Kind {
  /** A secret is to be replaced: 30, 7 and 1 days before, at the date, then each week. */
  ROTATION(new int[]{-30, -7, -1, 0}, 7),
  /** An end user will have to agree again: 7 days and 1 day before; then the connection itself says so. */
  REAUTH(new int[]{-7, -1}, 0);

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final int[] steps;
  private final int again;

  Kind(int[] steps, int again) {
    this.steps = steps;
    this.again = again;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How long before the date the first reminder is told. */
  Duration ahead() {
    return Duration.ofDays(-steps[0]);
  }

  /** The last step that has come, in days after the date, negative before it; null: none has, or the date of a kind that ends there is past. */
  @Nullable
  Integer reached(Instant dueAt, Instant now) {
    if (!dueAt.isAfter(now) && again == 0) {
      return null;
    }
    Integer last = null;
    for (int step : steps) {
      last = dueAt.plus(Duration.ofDays(step)).isAfter(now) ? last : Integer.valueOf(step);
    }
    if (last == null || last < 0) {
      return last;
    }
    long days = Math.min(Duration.between(dueAt, now).toDays(), Integer.MAX_VALUE);
    return (int) (days / again * again);
  }
}
