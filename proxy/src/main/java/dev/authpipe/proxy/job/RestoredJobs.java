package dev.authpipe.proxy.job;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.db.Tx;

/** Runs that were under way when the backup was made. */
@Singleton
final class RestoredJobs implements RestoredRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public void restored(Tx tx, Restored restored) {
    JobStore.endAll(tx);
  }
}
