package dev.authpipe.control.analytics;

import java.time.Duration;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.WorkspaceId;

/** Forgets usage that is older than the plan of its workspace keeps. */
@Singleton
public final class UsageUpkeep {
  private final Database database;
  private final Workspaces workspaces;

  UsageUpkeep(Database database, Workspaces workspaces) {
    this.database = database;
    this.workspaces = workspaces;
  }

  /** One run; replicas may run it at the same time. */
  public void run() {
    for (WorkspaceId workspace : database.lookUp(workspaces::all)) {
      database.run(workspace, tx -> workspaces.plan(tx).ifPresent(
          plan -> UsageStore.deleteBefore(tx, UsageStore.now(tx).minus(Duration.ofDays(plan.analyticsRetentionDays())))));
    }
  }
}
