package dev.authpipe.proxy.caller;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Queue;

import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of one API key in a calendar month (UTC) against its limit. What other replicas counted is known as of the last write, so
 * the limit may be passed by what they count within a second. Must never be forgotten while {@link #owed()} has something.
 */
final class MonthMeter {
  private final long limit;
  private final Queue<Period> past = new ArrayDeque<>();
  private Period current;

  /** Calls of one month that are not in the store yet. */
  record Owed(LocalDate month, long calls) {}

  private static final class Period {
    private final LocalDate month;
    private final Instant end;
    private long stored;
    private long owed;

    Period(LocalDate month) {
      this.month = month;
      this.end = month.plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
  }

  MonthMeter(long limit, Instant now) {
    this.limit = limit;
    this.current = new Period(monthOf(now));
  }

  static LocalDate monthOf(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1);
  }

  /** Counts a call; false, and not counted, when the limit is used up. */
  synchronized boolean take(Instant now) {
    if (!now.isBefore(current.end)) {
      past.add(current);
      current = new Period(monthOf(now));
    }
    if (current.stored + current.owed >= limit) {
      return false;
    }
    current.owed++;
    return true;
  }

  /** When the limit begins anew. */
  synchronized Instant end() {
    return current.end;
  }

  /** What is to be written next, or null. */
  synchronized @Nullable Owed owed() {
    Period oldest = past.peek();
    while (oldest != null && oldest.owed == 0) {
      past.remove();
      oldest = past.peek();
    }
    Period period = oldest == null ? current : oldest;
    return period.owed == 0 ? null : new Owed(period.month, period.owed);
  }

  /** Takes over what the store knows after what was owed has been written to it. */
  synchronized void written(Owed written, long stored) {
    for (Period period : past) {
      settle(period, written, stored);
    }
    settle(current, written, stored);
  }

  /** Takes over what the store knows of this month. */
  synchronized void know(LocalDate month, long stored) {
    if (current.month.equals(month)) {
      current.stored = Math.max(current.stored, stored);
    }
  }

  private static void settle(Period period, Owed written, long stored) {
    if (period.month.equals(written.month)) {
      period.owed -= written.calls;
      period.stored = stored;
    }
  }
}
