package dev.authpipe.control.integration;

import java.util.List;
import java.util.Optional;

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
import dev.authpipe.control.integration.Integration.Wanted;
import dev.authpipe.control.policy.Policies;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.workspace.ConfigurationVersions;
import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;

/**
 * Makes and changes integrations, each change with its event and a new version of what proxies are told. Must never take, hold or show a
 * client secret. Thread-safe.
 */
@Singleton
public final class Integrations {
  private static final int ALL = 100_000;

  private final Workspaces workspaces;
  private final ConfigurationVersions versions;
  private final IntegrationRules rules;
  private final Policies policies;
  private final AuditLog audit;
  private final Randomness randomness;

  Integrations(Workspaces workspaces, ConfigurationVersions versions, IntegrationRules rules, Policies policies,
      AuditLog audit, Randomness randomness) {
    this.workspaces = workspaces;
    this.versions = versions;
    this.rules = rules;
    this.policies = policies;
    this.audit = audit;
    this.randomness = randomness;
  }

  /** All integrations of the transaction's workspace as a proxy is told, for the feed and for exports. */
  public List<Feed.Integration> forProxies(Tx tx) {
    return IntegrationStore.list(tx, null, ALL).stream().map(Integration::forProxies).toList();
  }

  /** The id of an integration that is named by id or slug. */
  public Optional<IntegrationId> find(Tx tx, String name) {
    return stored(tx, name).map(Integration::id);
  }

  /** Takes what a proxy told: since when it has a client secret. One of an integration that is not configured here is left out. */
  public void report(Tx tx, Report.ClientSecret report) {
    IntegrationStore.secretPresent(tx, report.integration(), report.presentSince(), report.version());
  }

  Integration create(Tx tx, WorkspaceAccess access, String requestId, IntegrationBody body) {
    int most = workspaces.lockPlan(tx).integrations();
    String application = policies.branding(tx).name();
    Wanted wanted = rules.create(body,
        application == null ? workspaces.find(tx).map(Workspace::displayName).orElseThrow() : application);
    if (IntegrationStore.count(tx) >= most) {
      throw new ProblemException(ErrorCode.PLAN_LIMIT_REACHED);
    }
    Integration made = IntegrationStore.insert(tx, new IntegrationId(randomness.uuidV7()), wanted);
    changed(tx, access, requestId, made, "created");
    return made;
  }

  Integration change(Tx tx, WorkspaceAccess access, String requestId, String name, IntegrationBody body) {
    workspaces.lock(tx);
    Integration before = read(tx, name);
    Wanted wanted = rules.change(before.wanted(), body);
    if (wanted.equals(before.wanted())) {
      return before;
    }
    Integration after = IntegrationStore.update(tx, before.id(), wanted);
    changed(tx, access, requestId, after, "updated");
    return after;
  }

  void remove(Tx tx, WorkspaceAccess access, String requestId, String name) {
    workspaces.lock(tx);
    Integration gone = read(tx, name);
    IntegrationStore.delete(tx, gone.id());
    changed(tx, access, requestId, gone, "removed");
  }

  /** The integration that is named by id or slug; a problem when there is none. */
  Integration read(Tx tx, String name) {
    return stored(tx, name).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
  }

  private static Optional<Integration> stored(Tx tx, String name) {
    if (!name.startsWith(IntegrationId.PREFIX + "_")) { // no slug has an underscore
      return IntegrationStore.find(tx, name);
    }
    try {
      return IntegrationStore.find(tx, IntegrationId.parse(name));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private void changed(Tx tx, WorkspaceAccess access, String requestId, Integration integration, String change) {
    versions.raise(tx);
    audit.append(tx,
        AuditEntry.of(AuditType.INTEGRATION_CHANGED, AuditActor.of(access.session()), AuditObject.integration(integration.id()))
            .detail(AuditDetail.CHANGE, change).detail(AuditDetail.PROVIDER, integration.wanted().provider())
            .detail(AuditDetail.RETURN_URLS, integration.wanted().returnUrls().size())
            .detail(AuditDetail.VERSION, integration.version()).requestId(requestId).build());
  }
}
