package dev.authpipe.proxy.vault;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** Connections, people and accounts of a workspace; credentials, leases, attempts and sessions go with them. */
@Singleton
final class VaultRows implements TenantRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public int rank() {
    return 1;
  }

  @Override
  public int erase(Tx tx) {
    return ConnectionStore.eraseAll(tx) + PeopleStore.eraseAll(tx);
  }
}
