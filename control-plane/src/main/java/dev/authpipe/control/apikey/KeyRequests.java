package dev.authpipe.control.apikey;

import java.util.List;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.workspace.ConfigurationVersions;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.Feed;

/**
 * Wishes for API keys, each with its event and a new version of what proxies are told. Must never make a key: a proxy does, and shows it
 * once, where its operator approves. Thread-safe.
 */
@Singleton
public final class KeyRequests {
  private static final Terms NOTHING = new Terms(List.of(), null, null, null, null);

  private final Workspaces workspaces;
  private final ConfigurationVersions versions;
  private final TermsReader reader;
  private final AuditLog audit;
  private final Randomness randomness;

  KeyRequests(Workspaces workspaces, ConfigurationVersions versions, TermsReader reader, AuditLog audit, Randomness randomness) {
    this.workspaces = workspaces;
    this.versions = versions;
    this.reader = reader;
    this.audit = audit;
    this.randomness = randomness;
  }

  /** All that wait in the transaction's workspace, as a proxy is told. */
  public List<Feed.ApiKeyRequest> forProxies(Tx tx) {
    return KeyRequestStore.waiting(tx).stream().map(KeyRequest::forProxies).toList();
  }

  KeyRequest create(Tx tx, WorkspaceAccess access, String requestId, KeyRequestBody body) {
    int most = workspaces.lockPlan(tx).apiKeys();
    String name = body.checkedName();
    Terms terms = reader.read(tx, body, NOTHING);
    if (ApiKeyStore.countWorking(tx) + KeyRequestStore.countWaiting(tx) >= most) {
      throw new ProblemException(ErrorCode.PLAN_LIMIT_REACHED);
    }
    KeyRequest made = KeyRequestStore.insert(tx, new ApiKeyRequestId(randomness.uuidV7()), access.session().person(), name, terms,
        Boolean.TRUE.equals(body.requireEndUser()));
    changed(tx, access, requestId, made, "created");
    return made;
  }

  void withdraw(Tx tx, WorkspaceAccess access, String requestId, String id) {
    workspaces.lock(tx);
    KeyRequest gone = find(tx, id);
    if (!KeyRequestStore.withdraw(tx, gone.id())) {
      throw new ProblemException(ErrorCode.CONFLICT, "A proxy made the key already; disable that.");
    }
    changed(tx, access, requestId, gone, "removed");
  }

  KeyRequest find(Tx tx, String id) {
    try {
      return KeyRequestStore.find(tx, ApiKeyRequestId.parse(id)).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }

  private void changed(Tx tx, WorkspaceAccess access, String requestId, KeyRequest request, String change) {
    versions.raise(tx);
    audit.append(tx,
        AuditEntry.of(AuditType.API_KEY_REQUEST_CHANGED, AuditActor.of(access.session()), AuditObject.apiKeyRequest(request.id()))
            .detail(AuditDetail.CHANGE, change).scopes(AuditDetail.SCOPES, request.terms().scopes())
            .detail(AuditDetail.EXPIRES_AT, request.terms().expiresAt()).requestId(requestId).build());
  }
}
