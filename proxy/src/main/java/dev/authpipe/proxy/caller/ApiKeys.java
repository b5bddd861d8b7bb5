package dev.authpipe.proxy.caller;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.WorkspaceId;

/** Makes, lists and revokes API keys. Must never show a key again after {@link #create}. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
@Singleton
public final class ApiKeys {
  /** Makes a key and records it; the key itself is in the answer and nowhere else. */
  public NewApiKey create(WorkspaceId workspace, ApiKeyRequest request, AuditActor actor) {
    throw new UnsupportedOperationException();
  }

  /** All keys of the workspace, revoked ones too, oldest first. */
  public List<ApiKeyView> list(WorkspaceId workspace) {
    throw new UnsupportedOperationException();
  }

  /** Revokes a key on every replica (S31) and records it; false when there is no such key. Revoking again changes nothing. */
  public boolean revoke(WorkspaceId workspace, ApiKeyId key, AuditActor actor) {
    throw new UnsupportedOperationException();
  }
}
