package dev.authpipe.proxy.link;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** Commands about a workspace that wait for approval. */
@Singleton
final class CommandRows implements TenantRows {
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
    return CommandStore.eraseAll(tx);
  }
}
