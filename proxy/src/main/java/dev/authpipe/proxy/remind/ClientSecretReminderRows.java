package dev.authpipe.proxy.remind;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** What was told about client secrets of a workspace. */
@Singleton
final class ClientSecretReminderRows implements TenantRows {
  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int erase(Tx tx) {
    return ClientSecretReminderStore.eraseAll(tx);
  }
}
