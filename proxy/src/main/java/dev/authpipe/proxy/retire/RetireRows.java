package dev.authpipe.proxy.retire;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** Owed revocations and erasures of a workspace. */
@Singleton
final class RetireRows implements TenantRows {
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
    return RevocationStore.eraseAll(tx) + ErasureStore.eraseAll(tx);
  }
}
