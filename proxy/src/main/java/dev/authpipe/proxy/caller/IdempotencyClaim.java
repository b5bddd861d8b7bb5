package dev.authpipe.proxy.caller;

import java.time.OffsetDateTime;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.WorkspaceId;

/** The right to carry out one idempotent request. Must be finished or abandoned; left alone it lapses after two minutes. */
public final class IdempotencyClaim {
  private final WorkspaceId workspace;
  private final ApiKeyId key;
  private final byte[] keyHash;
  private final OffsetDateTime since;

  IdempotencyClaim(WorkspaceId workspace, ApiKeyId key, byte[] keyHash, OffsetDateTime since) {
    this.workspace = workspace;
    this.key = key;
    this.keyHash = keyHash.clone();
    this.since = since;
  }

  WorkspaceId workspace() {
    return workspace;
  }

  ApiKeyId key() {
    return key;
  }

  byte[] keyHash() {
    return keyHash.clone();
  }

  OffsetDateTime since() {
    return since;
  }
}
