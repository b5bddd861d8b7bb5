package dev.authpipe.proxy.db;

import java.time.Instant;

/**
 * What one room ends or remembers in its rows when a store comes back from a backup (docs/backup-format.md, section 4): whatever belonged to
 * processes and trips of the time before. Happens once, in the transaction of the restore.
 */
public interface RestoredRows {
  /** Which store: {@code vault} or {@code client_secrets}. */
  String store();

  /**
   * Changes rows of all workspaces.
   *
   * @param tx       of the owner role, which sees all rows of its database
   * @param restored what is known of the restore
   */
  void restored(Tx tx, Restored restored);

  /**
   * A restore.
   *
   * @param snapshot the moment whose rows came back
   * @param journals whether every rescue journal of the time before will be read
   */
  record Restored(Instant snapshot, boolean journals) {}
}
