package dev.authpipe.control.dataplane.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.dataplane.DataPlanes;
import dev.authpipe.control.dataplane.LinkRefusals;
import dev.authpipe.control.dataplane.ServedWorkspace;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.LinkPeer;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.ReportBatch;
import dev.authpipe.wire.WorkspaceId;

/**
 * Takes reports of data planes: each number once, in order, and each workspace's only from those that serve it. Reports about other
 * workspaces are dropped and the refusal recorded, but acknowledged, for a workspace may have been taken away while they were on their way.
 * Must never take a number twice or leave one out. Thread-safe.
 */
@Singleton
final class Reports {
  /** Largest integer that every JSON reader holds exactly, less a batch (RFC 8785 section 3.2.2.3). */
  private static final long HIGHEST = (1L << 53) - 1_000;

  private final Database database;
  private final DataPlanes planes;
  private final LinkRefusals refusals;
  private final List<ReportSink> sinks;

  Reports(Database database, DataPlanes planes, LinkRefusals refusals, Collection<ReportSink> sinks) {
    this.database = database;
    this.planes = planes;
    this.refusals = refusals;
    this.sinks = List.copyOf(sinks);
  }

  private record Taken(long next, boolean gap, boolean foreign) {}

  /** Takes what is new of a batch; answers the number that is wanted next. An IllegalArgumentException says that no outbox counts so far. */
  long take(LinkPeer peer, String requestId, ReportBatch batch) {
    if (batch.first() > HIGHEST) {
      throw new IllegalArgumentException("a number that no outbox reaches");
    }
    Taken taken = database.inWorkspace(peer.home(), tx -> take(tx, peer, batch));
    if (taken.gap) {
      refusals.record(peer, requestId, "report_gap");
    }
    if (taken.foreign) {
      refusals.record(peer, requestId, "foreign_workspace");
    }
    return taken.next;
  }

  private Taken take(Tx tx, LinkPeer peer, ReportBatch batch) {
    @Nullable
    Long wanted = planes.lockReportNumber(tx, peer.dataPlane());
    long next = wanted == null ? batch.first() : wanted; // the first batch ever says where the outbox begins
    long end = batch.first() + batch.reports().size();
    if (batch.first() > next) {
      return new Taken(next, true, false);
    }
    if (end <= next) {
      return new Taken(next, false, false);
    }
    List<Report> fresh = batch.reports().subList((int) (next - batch.first()), batch.reports().size());
    Set<WorkspaceId> served = planes.served(tx, peer.dataPlane()).stream().map(ServedWorkspace::id).collect(Collectors.toSet());
    Map<WorkspaceId, List<Report>> byWorkspace = new TreeMap<>(Comparator.comparing(WorkspaceId::value));
    fresh.forEach(report -> byWorkspace.computeIfAbsent(report.workspace(), _ -> new ArrayList<>()).add(report));
    long lost = 0;
    boolean foreign = false;
    for (Map.Entry<WorkspaceId, List<Report>> entry : byWorkspace.entrySet()) {
      List<Report> reports = entry.getValue();
      if (entry.getKey().equals(Database.PLANE)) { // the proxy's own store
        lost += OwnReportStore.take(tx, peer.dataPlane(), reports);
      } else if (served.contains(entry.getKey())) {
        lost += reports.stream()
            .mapToLong(report -> report instanceof Report.Lost some ? Math.min(some.count(), OwnReportStore.MOST) : 0)
            .sum();
        tx.within(entry.getKey(), bound -> {
          sinks.forEach(sink -> sink.take(bound, peer.dataPlane(), reports));
          return Boolean.TRUE;
        });
      } else {
        foreign = true;
      }
    }
    planes.reported(tx, peer.dataPlane(), end, lost);
    return new Taken(end, false, foreign);
  }
}
