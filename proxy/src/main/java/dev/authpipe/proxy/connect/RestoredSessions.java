package dev.authpipe.proxy.connect;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.RestoredRows;
import dev.authpipe.proxy.db.Tx;

/** Flows that were under way when the backup was made: their codes may have been used since, and each is good once. */
@Singleton
final class RestoredSessions implements RestoredRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public void restored(Tx tx, Restored restored) {
    AttemptStore.endEvery(tx);
    SessionStore.endEvery(tx);
  }
}
