package dev.authpipe.proxy.caller;

import java.util.Set;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.catalog.WorkspaceKeys;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ApiKeyId;

/** The ids of a workspace's API keys. */
@Singleton
final class ApiKeyIds implements WorkspaceKeys {
  @Override
  public Set<ApiKeyId> of(Tx tx) {
    return ApiKeyStore.ids(tx);
  }
}
