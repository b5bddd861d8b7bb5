package dev.authpipe.proxy.caller;

import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ApiKeyId;

/** Describes API keys to other rooms. Never hands out a key or its hash. */
@Singleton
public final class ApiKeyDescriptions {
  /** The key as it stands in this transaction; not checked against its MAC, so for showing only. */
  public Optional<ApiKeyView> find(Tx tx, ApiKeyId key) {
    return Optional.ofNullable(ApiKeyStore.find(tx, key.value())).map(found -> found.key().view(found.createdAt(), true));
  }
}
