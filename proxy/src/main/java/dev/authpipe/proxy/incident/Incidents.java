package dev.authpipe.proxy.incident;

import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.job.Jobs;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IncidentId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Begins incidents and says how far they are; a replica's job does the work (docs/incidents.md). Asking for one that is under way is the same
 * incident.
 */
@Singleton
public final class Incidents {
  /** Name of the job that does the work. */
  static final String JOB = "incidents";

  private static final Logger LOG = LoggerFactory.getLogger(Incidents.class);

  private final VaultDatabase database;
  private final IncidentStore store;
  private final AuditLog audit;
  private final Jobs jobs;
  private final Randomness randomness;

  Incidents(VaultDatabase database, IncidentStore store, AuditLog audit, Jobs jobs, Randomness randomness) {
    this.database = database;
    this.store = store;
    this.audit = audit;
    this.jobs = jobs;
    this.randomness = randomness;
  }

  /**
   * Begins one.
   *
   * @param integration only its connections; null: all of the workspace
   * @param requestedBy null: the operator
   * @param requestId   of the request that asked, for the audit log
   */
  public IncidentView begin(WorkspaceId workspace, IncidentKind kind, @Nullable IntegrationId integration,
      @Nullable ApiKeyId requestedBy, @Nullable String requestId) {
    IncidentView begun = database.inWorkspace(workspace, tx -> {
      UUID fresh = randomness.uuidV7();
      for (boolean mine = false; !mine; mine = store.add(tx, fresh, kind, integration, requestedBy)) {
        Optional<UUID> present = store.underWay(tx, kind, integration);
        if (present.isPresent()) {
          return view(tx, present.get()).orElseThrow();
        }
      }
      audit.append(tx,
          entry(AuditType.INCIDENT_STARTED, fresh, kind, integration, actor(requestedBy)).requestId(requestId).build());
      return view(tx, fresh).orElseThrow();
    });
    LOG.debug("a replica will look for it at once: {}", jobs.want(JOB));
    return begun;
  }

  /** How far one is. */
  public Optional<IncidentView> find(WorkspaceId workspace, IncidentId id) {
    return database.inWorkspace(workspace, tx -> view(tx, id.value()));
  }

  /** The newest of a kind. */
  public Optional<IncidentView> newest(WorkspaceId workspace, IncidentKind kind) {
    return database.inWorkspace(workspace, tx -> store.newest(tx, kind).flatMap(id -> view(tx, id)));
  }

  /**
   * A signed document that says what became of the connections (docs/document-format.md); empty while the incident is under way.
   *
   * @param part from 1 to {@link IncidentView#reportParts}
   */
  public Optional<String> report(WorkspaceId workspace, IncidentId id, int part) {
    return database.inWorkspace(workspace,
        tx -> store.find(tx, id.value()).filter(row -> row.completedAt() != null)
            .flatMap(row -> store.report(tx, row.id(), part)));
  }

  static AuditActor actor(@Nullable ApiKeyId requestedBy) {
    return requestedBy == null ? AuditActor.operator() : AuditActor.apiKey(requestedBy);
  }

  static AuditEntry.Builder entry(AuditType type, UUID id, IncidentKind kind, @Nullable IntegrationId integration,
      AuditActor actor) {
    return AuditEntry.of(type, actor, AuditObject.incident(new IncidentId(id))).detail(AuditDetail.INCIDENT_KIND, kind.word())
        .detail(AuditDetail.INTEGRATION, integration);
  }

  private Optional<IncidentView> view(Tx tx, UUID id) {
    return store.find(tx, id).map(row -> {
      IncidentStore.Counts counts = store.counts(tx, id);
      return new IncidentView(new IncidentId(id), row.kind(), row.integration(), row.collecting(), counts.connections(),
          counts.done(), counts.outcomes(), row.requestedAt(), row.completedAt(),
          row.completedAt() == null ? 0 : store.reportParts(tx, id));
    });
  }
}
