package dev.authpipe.proxy.clientsecret;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** The client secrets of a workspace. */
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
    return ClientSecretStore.eraseAll(tx);
  }
}
