package dev.authpipe.control.policy;

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
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.WebhookId;

/** Makes and changes webhook endpoints, each change with its event. Never calls one, and never holds its signing secret. Thread-safe. */
@Singleton
public final class WebhookEndpoints {
  private static final int ALL = 100_000;

  private final Workspaces workspaces;
  private final ConfigurationVersions versions;
  private final AuditLog audit;
  private final Randomness randomness;

  WebhookEndpoints(Workspaces workspaces, ConfigurationVersions versions, AuditLog audit, Randomness randomness) {
    this.workspaces = workspaces;
    this.versions = versions;
    this.audit = audit;
    this.randomness = randomness;
  }

  /** All endpoints of the transaction's workspace. */
  public List<WebhookEndpoint> all(Tx tx) {
    return WebhookEndpointStore.list(tx, null, ALL);
  }

  /** As proxies are told of them: a new one, and another address, wait there for approval. */
  public List<Feed.Webhook> forProxies(Tx tx) {
    return all(tx).stream()
        .map(one -> new Feed.Webhook(one.id(), one.wanted().url(), one.wanted().events().stream().sorted().toList(),
            one.wanted().disabled()))
        .toList();
  }

  WebhookEndpoint create(Tx tx, WorkspaceAccess access, String requestId, WebhookEndpointBody body) {
    int most = workspaces.lockPlan(tx).webhookEndpoints();
    WebhookEndpoint.Wanted wanted = body.made();
    if (WebhookEndpointStore.count(tx) >= most) {
      throw new ProblemException(ErrorCode.PLAN_LIMIT_REACHED);
    }
    WebhookEndpoint made = WebhookEndpointStore.insert(tx, new WebhookId(randomness.uuidV7()), wanted);
    changed(tx, access, requestId, made, "created");
    return made;
  }

  WebhookEndpoint change(Tx tx, WorkspaceAccess access, String requestId, String id, WebhookEndpointBody body) {
    workspaces.lock(tx);
    WebhookEndpoint before = find(tx, id);
    WebhookEndpoint.Wanted wanted = body.over(before.wanted());
    if (wanted.equals(before.wanted())) {
      return before;
    }
    WebhookEndpoint after = WebhookEndpointStore.update(tx, before.id(), wanted);
    changed(tx, access, requestId, after, "updated");
    return after;
  }

  void remove(Tx tx, WorkspaceAccess access, String requestId, String id) {
    workspaces.lock(tx);
    WebhookEndpoint gone = find(tx, id);
    WebhookEndpointStore.delete(tx, gone.id());
    changed(tx, access, requestId, gone, "removed");
  }

  WebhookEndpoint find(Tx tx, String id) {
    try {
      return WebhookEndpointStore.find(tx, WebhookId.parse(id)).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }

  private void changed(Tx tx, WorkspaceAccess access, String requestId, WebhookEndpoint endpoint, String change) {
    versions.raise(tx);
    audit.append(tx,
        AuditEntry.of(AuditType.CONFIGURATION_CHANGED, AuditActor.of(access.session()),
            AuditObject.configuration(endpoint.id().toString())).detail(AuditDetail.CHANGE, change)
            .detail(AuditDetail.PART, "webhook_endpoint").detail(AuditDetail.VERSION, endpoint.version()).requestId(requestId)
            .build());
  }
}
