package dev.authpipe.control.dataplane.report;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.dataplane.command.Commands;
import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/** Keeps the reports that are about the data plane rather than about another room's things. */
@Singleton
final class OwnReports implements ReportSink {
  private final Commands commands;

  OwnReports(Commands commands) {
    this.commands = commands;
  }

  @Override
  public void take(Tx tx, DataPlaneId from, List<Report> reports) {
    OwnReportStore.changes(tx, from, of(Report.Change.class, reports));
    OwnReportStore.erasures(tx, of(Report.Erasure.class, reports));
    OwnReportStore.jobs(tx, from, of(Report.Job.class, reports));
    of(Report.Command.class, reports).forEach(command -> commands.answered(tx, from, command));
  }

  private static <T extends Report> List<T> of(Class<T> kind, List<Report> reports) {
    return reports.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
