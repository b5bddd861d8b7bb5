package dev.authpipe.proxy.clientsecret;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** The key pairs of a workspace. */
@Singleton
final class ClientKeyRows implements TenantRows {
  @Override
  public String store() {
    return "client_secrets";
  }

  @Override
  public int rank() {
    return 2;
  }

  @Override
  public int erase(Tx tx) {
    return ClientKeyStore.eraseAll(tx);
  }
}
