package dev.authpipe.proxy.envelope;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** The keysets of a workspace in the vault: without them nothing that they sealed opens again. */
@Singleton
final class KeysetRows implements TenantRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public int rank() {
    return 4;
  }

  @Override
  public int erase(Tx tx) {
    return VaultKeysetStore.eraseAll(tx);
  }
}
