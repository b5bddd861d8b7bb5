package dev.authpipe.wire;

/** The number of the report that the control plane wants next. */
public record ReportAnswer(int v, long next) implements Document {
  /** Validates. */
  public ReportAnswer {
    Rule.version(v);
    Rule.counts(next);
  }
}
