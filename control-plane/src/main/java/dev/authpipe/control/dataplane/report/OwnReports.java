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
    for (Report report : reports) {
      switch (report) {
        case Report.Change change -> OwnReportStore.change(tx, from, change);
        case Report.Command command -> commands.answered(tx, from, command);
        case Report.Erasure erasure -> OwnReportStore.erasure(tx, erasure);
        case Report.Job job -> OwnReportStore.job(tx, from, job);
        case Report.Connection _,Report.ClientSecret _,Report.ApiKey _,Report.Usage _,Report.Lost _ -> {
        }
      }
    }
  }
}
