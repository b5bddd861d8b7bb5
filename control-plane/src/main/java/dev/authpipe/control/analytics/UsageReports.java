package dev.authpipe.control.analytics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.dataplane.report.ReportSink;
import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/**
 * Adds reported usage to the hour in which its window began. Windows that are not of the last 40 days, or longer than an hour, say nothing
 * that could be shown and are left out.
 */
@Singleton
final class UsageReports implements ReportSink {
  private static final Duration OLDEST = Duration.ofDays(40);
  private static final Duration AHEAD = Duration.ofMinutes(10);
  private static final int LONGEST_SECONDS = 3_600;
  private static final int MOST_ROWS_OF_AN_HOUR = 20_000;

  @Override
  public void take(Tx tx, DataPlaneId from, List<Report> reports) {
    List<Report.Usage> usage = reports.stream().filter(Report.Usage.class::isInstance).map(Report.Usage.class::cast).toList();
    if (usage.isEmpty()) {
      return;
    }
    Instant now = UsageStore.now(tx);
    for (Report.Usage window : usage) {
      boolean plausible = window.windowSeconds() <= LONGEST_SECONDS && window.windowStart().isAfter(now.minus(OLDEST))
          && window.windowStart().isBefore(now.plus(AHEAD));
      if (plausible && UsageStore.rows(tx, window.windowStart()) < MOST_ROWS_OF_AN_HOUR) {
        UsageStore.add(tx, window);
      }
    }
  }
}
