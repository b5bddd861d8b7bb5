package dev.authpipe.wire;

import java.util.List;

/** Reports on their way, at most 500; the first has the number {@code first}, the following ones count up. */
public record ReportBatch(int v, long first, List<Report> reports) implements Document {
  /** Validates and copies. */
  public ReportBatch {
    Rule.version(v);
    Rule.counts(first);
    reports = List.copyOf(reports);
    Rule.holds(!reports.isEmpty() && reports.size() <= 500, "no reports, or too many");
  }
}
