package dev.authpipe.proxy.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.CanonicalRow;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Remembers for good which workspaces are being deleted or were, so that no feed brings one back. Must never believe a row whose MAC does not
 * hold: it has tokens revoked.
 */
@Singleton
public final class DeletedWorkspaces {
  private static final String KIND = "workspace_deletion";

  private final VaultDatabase vault;
  private final DeploymentKeys keys;

  /**
   * The deletion of a workspace.
   *
   * @param command     that asked
   * @param connections how many it had
   * @param requestedAt when it began
   * @param completedAt since when nothing is left; null: something is
   * @param overdue     whether providers have had their time
   */
  public record Deletion(CommandId command, int connections, Instant requestedAt, @Nullable Instant completedAt,
      boolean overdue) {
    /** Whether nothing is left. */
    public boolean completed() {
      return completedAt != null;
    }
  }

  DeletedWorkspaces(VaultDatabase vault, DeploymentKeys keys) {
    this.vault = vault;
    this.keys = keys;
  }

  /** Begins the deletion of the transaction's workspace: what waits for approval is dropped; false when it began before. */
  public boolean begin(Tx tx, CommandId command, int connections) {
    boolean begun = WorkspaceDeletionStore.add(tx, command, connections,
        keys.authorityMac(KIND, canonical(tx, command, connections)));
    if (begun) {
      FeedStore.removeChanges(tx);
    }
    return begun;
  }

  /** Whether the transaction's workspace is being deleted or was. */
  boolean contains(Tx tx) {
    return WorkspaceDeletionStore.find(tx, false).isPresent();
  }

  /**
   * The deletion of the transaction's workspace; nobody else has it locked.
   *
   * @throws IntegrityException if the row is not what was written
   */
  public Optional<Deletion> lock(Tx tx) {
    return believed(tx, true);
  }

  /** As {@link #lock}, to look at. */
  public Optional<Deletion> find(Tx tx) {
    return believed(tx, false);
  }

  private Optional<Deletion> believed(Tx tx, boolean lock) {
    return WorkspaceDeletionStore.find(tx, lock).map(row -> {
      if (!keys.authorityMacHolds(KIND, canonical(tx, row.command(), row.connections()), row.mac())) {
        throw new IntegrityException(KIND);
      }
      return new Deletion(row.command(), row.connections(), row.requestedAt(), row.completedAt(), row.overdue());
    });
  }

  /** Ends the deletion of the transaction's workspace. */
  public void completed(Tx tx) {
    WorkspaceDeletionStore.completed(tx);
  }

  /** Workspaces whose deletion is under way, or ended within the last hour. */
  public List<WorkspaceId> recent() {
    return vault.listReachable(WorkspaceDeletionStore::recent);
  }

  private static byte[] canonical(Tx tx, CommandId command, int connections) {
    return new CanonicalRow().id(tx.workspace().value()).id(command.value()).number((long) connections).bytes();
  }
}
