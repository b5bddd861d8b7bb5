package dev.authpipe.control.apikey;

import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

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
import dev.authpipe.control.workspace.ConfigurationVersions;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.Report;

/**
 * Metadata of the keys that proxies made, and their narrowing, each change with its event and a new version of what proxies are told. Must
 * never hold a key or a hash of one, and never widens one: that takes another request. Thread-safe.
 */
@Singleton
public final class ApiKeys {
  private final Workspaces workspaces;
  private final ConfigurationVersions versions;
  private final TermsReader reader;
  private final AuditLog audit;

  ApiKeys(Workspaces workspaces, ConfigurationVersions versions, TermsReader reader, AuditLog audit) {
    this.workspaces = workspaces;
    this.versions = versions;
    this.reader = reader;
    this.audit = audit;
  }

  /** All keys of the transaction's workspace that are not revoked, as a proxy is told. */
  public List<Feed.ApiKey> forProxies(Tx tx) {
    return ApiKeyStore.working(tx).stream().map(KnownKey::forProxies).toList();
  }

  /**
   * Takes what a proxy told of a key: one that it made, maybe of a request, or one that ended. A repetition or an older report changes
   * nothing.
   *
   * @param proxy who told, for the event
   */
  public void report(Tx tx, AuditActor proxy, Report.ApiKey report) {
    boolean revoked = report.status() == Report.ApiKey.Status.REVOKED;
    Optional<KnownKey> before = ApiKeyStore.find(tx, report.key());
    if (before.isPresent() && (before.get().revoked() || !report.at().isAfter(before.get().reportedAt()))) {
      return;
    }
    if (before.isEmpty()) {
      ApiKeyStore.insert(tx, first(tx, report, revoked));
    } else {
      ApiKeyStore.reported(tx, report.key(), revoked, report.at());
    }
    if (before.isEmpty() || revoked) {
      versions.raise(tx);
      audit.append(tx, AuditEntry.of(AuditType.API_KEY_CHANGED, proxy, AuditObject.apiKey(report.key()))
          .detail(AuditDetail.CHANGE, revoked ? "revoked" : "created").scopes(AuditDetail.SCOPES, report.scopes())
          .detail(AuditDetail.EXPIRES_AT, report.expiresAt()).build());
    }
  }

  /** The caps of a key are those of its request: the proxy makes it as it was asked for, or not at all. */
  private static KnownKey first(Tx tx, Report.ApiKey report, boolean revoked) {
    ApiKeyRequestId id = report.request();
    @Nullable
    KeyRequest request = id == null ? null : KeyRequestStore.find(tx, id).filter(found -> found.made() == null).orElse(null);
    if (request == null) {
      return new KnownKey(report.key(), null, report.name(), new Terms(report.scopes(), null, null, null, report.expiresAt()),
          false,
          false, revoked, 1, report.createdAt(), report.at());
    }
    KeyRequestStore.made(tx, request.id(), report.key());
    Terms asked = request.terms();
    return new KnownKey(report.key(), request.id(), report.name(),
        new Terms(report.scopes(), asked.integrations(), asked.callsPerMinute(), asked.callsPerMonth(), report.expiresAt()),
        request.requireEndUser(), false, revoked, 1, report.createdAt(), report.at());
  }

  KnownKey find(Tx tx, String id) {
    try {
      return ApiKeyStore.find(tx, ApiKeyId.parse(id)).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }

  KnownKey narrow(Tx tx, WorkspaceAccess access, String requestId, String id, NarrowingBody body) {
    workspaces.lock(tx);
    KnownKey before = find(tx, id);
    if (before.revoked()) {
      throw new ProblemException(ErrorCode.CONFLICT, "This key is revoked.");
    }
    Terms terms = reader.read(tx, body, before.terms());
    if (!before.terms().contain(terms)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "A key is never widened; ask for another one.");
    }
    boolean disabled = body.disabled() == null ? before.disabled() : body.disabled();
    if (terms.equals(before.terms()) && disabled == before.disabled()) {
      return before;
    }
    KnownKey after = ApiKeyStore.update(tx, before.id(), terms, disabled);
    versions.raise(tx);
    audit.append(tx, AuditEntry.of(AuditType.API_KEY_CHANGED, AuditActor.of(access.session()), AuditObject.apiKey(after.id()))
        .detail(AuditDetail.CHANGE, change(before, after)).scopes(AuditDetail.SCOPES, after.terms().scopes())
        .detail(AuditDetail.EXPIRES_AT, after.terms().expiresAt()).detail(AuditDetail.VERSION, after.version())
        .requestId(requestId)
        .build());
    return after;
  }

  private static String change(KnownKey before, KnownKey after) {
    if (before.disabled() == after.disabled()) {
      return "narrowed";
    }
    return after.disabled() ? "disabled" : "enabled";
  }
}
