package dev.authpipe.proxy.refresh;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.db.Tx;

/** Trips that were under way when the backup was made: nobody knows what became of them. */
@Singleton
final class RestoredAttempts implements RestoredRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public void restored(Tx tx, Restored restored) {
    RefreshAttemptStore.interruptAll(tx);
  }
}
