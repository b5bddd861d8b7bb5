package dev.authpipe.proxy.backup;

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
}
