package dev.authpipe.proxy.notify;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** Endpoints, signing secrets and events of a workspace. */
@Singleton
final class NotifyRows implements TenantRows {
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
    return DeliveryStore.eraseAll(tx) + TroubleStore.eraseAll(tx) + SigningSecretStore.eraseAll(tx) + EndpointStore.eraseAll(tx);
  }
}
