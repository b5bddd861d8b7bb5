package dev.authpipe.proxy.incident;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** Incidents of a workspace. */
@Singleton
final class IncidentRows implements TenantRows {
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
    return IncidentStore.eraseAll(tx);
  }
}
