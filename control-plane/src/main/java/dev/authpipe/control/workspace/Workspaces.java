package dev.authpipe.control.workspace;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jooq.DSLContext;
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
import dev.authpipe.control.http.Session;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.wire.WorkspaceId;

/**
 * Makes and changes tenants, each change with its event. Must never move one to another region, and deletes none: that is done once the
 * proxies have destroyed its keys. Thread-safe.
 */
@Singleton
public final class Workspaces {
  private final WorkspaceSettings settings;
  private final Plans plans;
  private final AuditLog audit;
  private final Randomness randomness;
  private final ConfigurationVersions versions;
  private final List<WorkspaceFounding> foundings;

  Workspaces(WorkspaceSettings settings, Plans plans, AuditLog audit, Randomness randomness,
      ConfigurationVersions versions, Collection<WorkspaceFounding> foundings) {
    this.settings = settings;
    this.plans = plans;
    this.audit = audit;
    this.randomness = randomness;
    this.versions = versions;
    this.foundings = List.copyOf(foundings);
  }

  /** Makes a workspace with the person of the session as its owner. */
  Workspace create(Tx plane, Session session, String requestId, NewWorkspace wanted) {
    String region = wanted.region() == null ? settings.regions().getFirst() : wanted.region();
    if (!settings.regions().contains(region)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "region is one of " + String.join(", ", settings.regions()) + ".");
    }
    String plan = plan(wanted.plan() == null ? settings.plan() : wanted.plan()).name();
    return plane.within(new WorkspaceId(randomness.uuidV7()), tx -> {
      String displayName = wanted.displayName() == null ? wanted.name() : wanted.displayName();
      Workspace made = WorkspaceStore.insert(tx, wanted.name(), displayName, region, plan);
      audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_CREATED, AuditActor.of(session), AuditObject.workspace(made.id()))
          .detail(AuditDetail.REGION, region).detail(AuditDetail.PLAN, plan).requestId(requestId).build());
      versions.raise(tx);
      foundings.forEach(founding -> founding.found(tx, session.person()));
      return made;
    });
  }

  /** Every workspace, for scheduled work: in a look-up. */
  public List<WorkspaceId> all(DSLContext dsl) {
    return WorkspaceStore.all(dsl);
  }

  /** The plan of the transaction's workspace; empty: there is no such workspace, or its plan is no longer offered. */
  public Optional<Plan> plan(Tx tx) {
    return find(tx).flatMap(workspace -> plans.find(workspace.plan()));
  }

  /** The workspace of a transaction. */
  public Optional<Workspace> find(Tx tx) {
    return WorkspaceStore.find(tx);
  }

  /**
   * The plan of the transaction's workspace, for limits; the workspace's row stays locked, so that two additions cannot pass one limit.
   */
  public Plan lockPlan(Tx tx) {
    return plan(lockLiving(tx).plan());
  }

  /** As {@link #lockPlan}, where only changes and no additions are to wait for each other. */
  public void lock(Tx tx) {
    lockLiving(tx);
  }

  /** Changes what is not null. */
  Workspace change(Tx tx, Session session, String requestId, @Nullable String displayName, @Nullable String planName) {
    Workspace before = lockLiving(tx);
    String plan = planName == null ? before.plan() : plan(planName).name();
    Workspace after = WorkspaceStore.update(tx, displayName == null ? before.displayName() : displayName, plan);
    audit.append(tx, AuditEntry.of(AuditType.WORKSPACE_CHANGED, AuditActor.of(session), AuditObject.workspace(after.id()))
        .detail(AuditDetail.VERSION, after.version()).detail(AuditDetail.PLAN, planName == null ? null : plan)
        .requestId(requestId).build());
    return after;
  }

  /** Asks for the deletion. */
  Workspace requestDeletion(Tx tx, Session session, String requestId) {
    lockLiving(tx);
    Workspace after = WorkspaceStore.requestDeletion(tx);
    audit.append(tx,
        AuditEntry.of(AuditType.WORKSPACE_DELETION_REQUESTED, AuditActor.of(session), AuditObject.workspace(after.id()))
            .requestId(requestId).build());
    return after;
  }

  private static Workspace lockLiving(Tx tx) {
    Workspace found = WorkspaceStore.lock(tx).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (found.deletionRequestedAt() != null) {
      throw new ProblemException(ErrorCode.CONFLICT, "The deletion of this workspace was asked for.");
    }
    return found;
  }

  private Plan plan(String name) {
    return plans.find(name).orElseThrow(() -> new ProblemException(ErrorCode.UNPROCESSABLE,
        "plan is one of " + String.join(", ", plans.all().stream().map(Plan::name).toList()) + "."));
  }
}
