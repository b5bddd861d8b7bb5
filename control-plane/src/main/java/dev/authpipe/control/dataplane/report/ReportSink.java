package dev.authpipe.control.dataplane.report;

import java.util.List;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/**
 * Where reports go: each room that keeps a kind of them implements this. Called once for each report, in the order of their numbers, in the
 * transaction that acknowledges them; what it throws is taken for a mistake of ours, and the reports come again. Must never trust that a
 * reported id exists.
 */
@FunctionalInterface
public interface ReportSink {
  /**
   * Takes reports about one workspace; kinds that are another room's are passed over.
   *
   * @param tx bound to the workspace, which is assigned to the data plane
   */
  void take(Tx tx, DataPlaneId from, List<Report> reports);
}
