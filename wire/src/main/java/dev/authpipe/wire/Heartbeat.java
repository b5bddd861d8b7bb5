package dev.authpipe.wire;

import java.time.Instant;
import java.util.List;

/** How a proxy is, every 15 s. Never says where it is. */
public record Heartbeat(int v, String software, long feedVersion, long waitingChanges, long outbox, long lost, Trust trust,
    List<String> regions, Instant at) implements Document {
  /** Validates and copies. */
  public Heartbeat {
    Rule.version(v);
    Rule.text(software, 100);
    Rule.counts(feedVersion, waitingChanges, outbox, lost);
    regions = List.copyOf(regions);
    regions.forEach(Rule::slug);
    Rule.holds(regions.size() <= 100, "too many regions");
  }

  /** Whether the operator approves what widens, or trusts the control plane with everything. */
  public enum Trust {
    NONE,
    EVERYTHING
  }
}
