package dev.authpipe.proxy.caller;

import java.time.OffsetDateTime;
import java.util.HexFormat;

import dev.authpipe.proxy.envelope.RecordContext;
import dev.authpipe.proxy.envelope.RecordKind;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.WorkspaceId;

/** The right to carry out one idempotent request. Must be finished or abandoned; left alone it lapses after two minutes. */
public final class IdempotencyClaim {
  private final WorkspaceId workspace;
  private final ApiKeyId key;
  private final byte[] keyHash;
  private final byte[] requestHash;
  private final OffsetDateTime since;

  IdempotencyClaim(WorkspaceId workspace, ApiKeyId key, byte[] keyHash, byte[] requestHash, OffsetDateTime since) {
    this.workspace = workspace;
    this.key = key;
    this.keyHash = keyHash.clone();
    this.requestHash = requestHash.clone();
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

  /** Where the sealed answer belongs: to this API key, this idempotency key and this request. */
  RecordContext context() {
    return context(workspace, key, keyHash, requestHash);
  }

  static RecordContext context(WorkspaceId workspace, ApiKeyId key, byte[] keyHash, byte[] requestHash) {
    HexFormat hex = HexFormat.of();
    return new RecordContext(workspace, RecordKind.IDEMPOTENT_RESPONSE, key.value(), null, "", 0,
        hex.formatHex(keyHash) + ":" + hex.formatHex(requestHash));
  }
}
