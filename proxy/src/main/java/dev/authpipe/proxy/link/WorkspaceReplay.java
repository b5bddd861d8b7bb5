package dev.authpipe.proxy.link;

import java.util.Set;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.backup.LedgerEntry;
import dev.authpipe.proxy.backup.LedgerReplay;
import dev.authpipe.wire.WorkspaceId;

/**
 * Deletes workspaces again that an old copy of a store brought back. Of the vault: at once nobody may call, the rest goes its way. Of the
 * client-secrets store: its rows go at once.
 */
@Singleton
final class WorkspaceReplay implements LedgerReplay {
  private final WorkspaceDeletions deletions;
  private final ReturnedWorkspaces inClientSecrets;

  WorkspaceReplay(WorkspaceDeletions deletions, ReturnedWorkspaces inClientSecrets) {
    this.deletions = deletions;
    this.inClientSecrets = inClientSecrets;
  }

  @Override
  public LedgerEntry.Kind kind() {
    return LedgerEntry.Kind.WORKSPACE;
  }

  @Override
  public void replay(LedgerEntry entry) {
    deletions.again(entry);
  }

  @Override
  public Set<WorkspaceId> returned() {
    return inClientSecrets.all();
  }

  @Override
  public void eraseReturned(WorkspaceId workspace) {
    inClientSecrets.erase(workspace);
  }
}
