package dev.authpipe.proxy.incident;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.Documents;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IncidentId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Ends incidents whose every step is done, with signed documents that say what became of each connection. Never names a person. */
@Singleton
public final class IncidentReports {
  /** The kind of the documents (docs/document-format.md). */
  public static final String KIND = "incident-report";
  static final int ENTRIES = 2_000;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);
  private static final Logger LOG = LoggerFactory.getLogger(IncidentReports.class);

  private final VaultDatabase database;
  private final IncidentStore store;
  private final Documents documents;
  private final AuditLog audit;

  IncidentReports(VaultDatabase database, IncidentStore store, Documents documents, AuditLog audit) {
    this.database = database;
    this.store = store;
    this.documents = documents;
    this.audit = audit;
  }

  /** Signs and keeps the documents, then ends the incident. Safe to repeat: steps that are done change no more. */
  void finish(WorkspaceId workspace, IncidentStore.Row incident) {
    IncidentStore.Counts counts = database.inWorkspace(workspace, tx -> store.counts(tx, incident.id()));
    Instant completedAt = database.inWorkspace(workspace, tx -> store.lastDone(tx, incident));
    int parts = Math.max(1, (counts.connections() + ENTRIES - 1) / ENTRIES);
    ConnectionId last = null;
    for (int part = 1; part <= parts; part++) {
      ConnectionId after = last;
      List<IncidentStore.Line> lines = database.inWorkspace(workspace, tx -> store.lines(tx, incident.id(), after, ENTRIES));
      String note = documents.sign(KIND, body(workspace, incident, counts, completedAt, part, parts), entries(lines));
      int number = part;
      database.run(workspace, tx -> store.report(tx, incident.id(), number, note));
      last = lines.isEmpty() ? null : lines.getLast().connection();
    }
    database.run(workspace, tx -> {
      if (store.complete(tx, incident.id(), completedAt)) {
        audit.append(tx, Incidents.entry(AuditType.INCIDENT_COMPLETED, incident.id(), incident.kind(), incident.integration(),
            Incidents.actor(incident.requestedBy())).detail(AuditDetail.CONNECTIONS, counts.connections()).build());
        LOG.info("the incident {} is completed: {} connections", new IncidentId(incident.id()), counts.connections());
      }
    });
  }

  private static Map<String, Object> body(WorkspaceId workspace, IncidentStore.Row incident, IncidentStore.Counts counts,
      Instant completedAt, int part, int parts) {
    Map<String, Object> body = new TreeMap<>();
    body.put("v", 1);
    body.put("incident", new IncidentId(incident.id()).toString());
    body.put("workspace", workspace.toString());
    body.put("incident_kind", incident.kind().word());
    IntegrationId integration = incident.integration();
    if (integration != null) {
      body.put("integration", integration.toString());
    }
    body.put("requested_at", time(incident.requestedAt()));
    body.put("completed_at", time(completedAt));
    body.put("connections", counts.connections());
    body.put("outcomes", new TreeMap<String, Object>(counts.outcomes()));
    body.put("part", part);
    body.put("parts", parts);
    return body;
  }

  private static List<Map<String, Object>> entries(List<IncidentStore.Line> lines) {
    List<Map<String, Object>> entries = new ArrayList<>();
    for (IncidentStore.Line line : lines) {
      Map<String, Object> entry = new TreeMap<>();
      entry.put("connection", line.connection().toString());
      entry.put("integration", line.integration().toString());
      entry.put("provider", line.provider());
      entry.put("outcome", line.outcome());
      if (line.doneAt() != null) {
        entry.put("done_at", time(line.doneAt()));
      }
      entries.add(entry);
    }
    return entries;
  }

  private static String time(Instant time) {
    return TIME.format(time);
  }
}
