package dev.authpipe.control.dataplane.report;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.apikey.ApiKeys;
import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.connection.Connections;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.integration.Integrations;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/** Hands the reports about configured things to the rooms that keep them. */
@Singleton
final class ConfigurationReports implements ReportSink {
  private final Integrations integrations;
  private final ApiKeys keys;
  private final Connections connections;

  ConfigurationReports(Integrations integrations, ApiKeys keys, Connections connections) {
    this.integrations = integrations;
    this.keys = keys;
    this.connections = connections;
  }

  @Override
  public void take(Tx tx, DataPlaneId from, List<Report> reports) {
    for (Report report : reports) {
      switch (report) {
        case Report.Connection connection -> connections.report(tx, connection);
        case Report.ClientSecret present -> integrations.report(tx, present);
        case Report.ApiKey key -> keys.report(tx, AuditActor.dataPlane(from), key);
        case Report.Usage _,Report.Change _,Report.Command _,Report.Erasure _,Report.Job _,Report.Lost _ -> {
        }
      }
    }
  }
}
