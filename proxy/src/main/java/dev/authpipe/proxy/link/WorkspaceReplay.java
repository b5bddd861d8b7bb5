package dev.authpipe.proxy.link;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.backup.LedgerEntry;
import dev.authpipe.proxy.backup.LedgerReplay;

/** Deletes workspaces again that an old copy of the vault brought back: at once nobody may call, the rest goes its way. */
@Singleton
final class WorkspaceReplay implements LedgerReplay {
  private final WorkspaceDeletions deletions;

  WorkspaceReplay(WorkspaceDeletions deletions) {
    this.deletions = deletions;
  }

  @Override
  public LedgerEntry.Kind kind() {
    return LedgerEntry.Kind.WORKSPACE;
  }

  @Override
  public void replay(LedgerEntry entry) {
    deletions.again(entry);
  }
}
