package dev.authpipe.control.dataplane;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A proxy, all its replicas together, as the control plane knows it. Its regions never change here, for that is where its workspaces'
 * secrets are.
 *
 * @param id          its id
 * @param home        the workspace whose owners and admins administer it
 * @param name        how people call it
 * @param regions     which workspaces may be assigned to it
 * @param createdAt   when it was made
 * @param enrolledAt  since when it has an identity; null: it is not enrolled yet
 * @param revokedAt   since when it is refused; null: it is not
 * @param feedVersion version of its feed as it was last put together
 * @param reportsLost how many reports its outbox dropped, as it told
 * @param lastSeen    how it said it was; null: it never did
 */
public record DataPlane(DataPlaneId id, WorkspaceId home, String name, List<String> regions, Instant createdAt,
    @Nullable Instant enrolledAt, @Nullable Instant revokedAt, long feedVersion, long reportsLost, @Nullable LastSeen lastSeen) {

  /** Copies the list. */
  public DataPlane {
    regions = List.copyOf(regions);
  }

  /** Whether it can be told anything. */
  public boolean isConnected() {
    return enrolledAt != null && revokedAt == null;
  }

  /**
   * The last heartbeat.
   *
   * @param at             when it came, by the database's clock
   * @param software       what it runs
   * @param appliedVersion version of the feed it has
   * @param waitingChanges changes that wait for its operator
   * @param outbox         reports it still owes
   * @param lost           reports it dropped
   * @param trust          none or everything
   * @param regions        which regions it serves by its own settings
   */
  public record LastSeen(Instant at, String software, long appliedVersion, long waitingChanges, long outbox, long lost,
      String trust,
      List<String> regions) {
    /** Copies the list. */
    public LastSeen {
      regions = List.copyOf(regions);
    }
  }
}
