package dev.authpipe.proxy.catalog;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.TenantRows;
import dev.authpipe.proxy.db.Tx;

/** The configuration of a workspace in the vault. Never the record of its deletion. */
@Singleton
final class CatalogRows implements TenantRows {
  @Override
  public String store() {
    return "vault";
  }

  @Override
  public int rank() {
    return 3;
  }

  @Override
  public int erase(Tx tx) {
    return FeedStore.erase(tx) + IntegrationStore.erase(tx);
  }
}
