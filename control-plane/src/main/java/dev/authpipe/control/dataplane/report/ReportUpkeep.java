package dev.authpipe.control.dataplane.report;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.workspace.Workspaces;

/** Forgets reports of changes, erasures and jobs that are over and 90 days old. Never one that something is still owed for. */
@Singleton
public final class ReportUpkeep {
  private final Database database;
  private final Workspaces workspaces;

  ReportUpkeep(Database database, Workspaces workspaces) {
    this.database = database;
    this.workspaces = workspaces;
  }

  /** One run; replicas may run it at the same time. */
  public void run() {
    database.lookUp(workspaces::all).forEach(workspace -> database.run(workspace, ReportedStore::deleteOld));
  }
}
