package dev.authpipe.proxy.remind;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** What was told about connections of a workspace. */
@Singleton
final class ReminderRows implements TenantRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int erase(Tx tx) {
    return ReminderStore.eraseAll(tx);
  }
}
