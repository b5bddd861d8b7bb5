package dev.authpipe.proxy.clientsecret;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** The client secrets of a workspace, those before them, and the links to enter them. */
@Singleton
final class ClientSecretRows implements TenantRows {
  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public int rank() {
    return 1;
  }

  @Override
  public int erase(Tx tx) {
    return EntryStore.eraseAll(tx) + PreviousSecretStore.eraseAll(tx) + ClientSecretStore.eraseAll(tx);
  }
}
