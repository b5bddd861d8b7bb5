package dev.authpipe.proxy.backup;

import java.util.Set;

import dev.authpipe.wire.WorkspaceId;

/** How erasures of one kind are carried out again. */
public interface LedgerReplay {
  /** Which kind. */
  LedgerEntry.Kind kind();

  /**
   * Erases again what the entry names, where it came back, and writes the entry into the vault's ledger in the same transaction
   * ({@link ErasureLedger#restore}). When this returns nothing of it can be used any more. Safe to repeat.
   */
  void replay(LedgerEntry entry);

  /** Goes on with what {@link #replay} began, as far as it goes now; may wait for providers. What this leaves is left to a job. */
  default void goOn(LedgerEntry entry) {}

  /** Workspaces of which the client-secrets store has what is erased for good: it came back from a copy of itself. */
  default Set<WorkspaceId> returned() {
    return Set.of();
  }

  /** Deletes from the client-secrets store what came back there of a workspace though it is erased for good. Safe to repeat, and for any workspace. */
  default void eraseReturned(WorkspaceId workspace) {}
}
