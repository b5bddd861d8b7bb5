package dev.authpipe.proxy.clientsecret;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.db.Tx;

/** One-time links that were open when the backup was made: each may have been used or withdrawn since, and who kept one must not use it again. */
@Singleton
final class RestoredEntries implements RestoredRows {
  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public void restored(Tx tx, Restored restored) {
    EntryStore.withdrawEvery(tx);
  }
}
