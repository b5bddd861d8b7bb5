package dev.authpipe.proxy.caller;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** API keys of a workspace, their use and kept answers. Never a key. */
@Singleton
final class CallerRows implements TenantRows {
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
    return IdempotencyStore.eraseAll(tx) + ApiKeyStore.eraseAll(tx);
  }
}
