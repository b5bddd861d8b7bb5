package dev.authpipe.proxy.ops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.Documents;
import dev.authpipe.proxy.catalog.DeletedWorkspaces;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.journal.JournalSettings;
import dev.authpipe.proxy.retire.ErasureSettings;
import dev.authpipe.wire.WorkspaceId;

/**
 * What remains of a deleted workspace, where, and until when, as a signed document (docs/document-format.md, workspace-deletion). Must never say of
 * a deletion that is under way that it is done.
 */
@Singleton
final class DeletionStatement {
  static final String KIND = "workspace-deletion";

  /** The longest that a process keeps a keyset in memory (docs/crypto-format.md section 4). */
  private static final Duration KEYS_KEPT = Duration.ofMinutes(5);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
      .withZone(ZoneOffset.UTC);

  private final VaultDatabase vault;
  private final DeletedWorkspaces deleted;
  private final Documents documents;
  private final ErasureSettings settings;
  private final Clock clock;

  DeletionStatement(VaultDatabase vault, DeletedWorkspaces deleted, Documents documents, ErasureSettings settings, Clock clock) {
    this.vault = vault;
    this.deleted = deleted;
    this.documents = documents;
    this.settings = settings;
    this.clock = clock;
  }

  /** The signed note; empty: nobody deleted that workspace. */
  Optional<String> sign(WorkspaceId workspace) {
    return vault.inWorkspace(workspace, deleted::find).map(deletion -> {
      Instant completed = deletion.completedAt();
      Instant asOf = completed == null ? clock.instant() : completed;
      Map<String, Object> body = new HashMap<>();
      body.put("v", 1);
      body.put("workspace", workspace.toString());
      body.put("command", deletion.command().toString());
      body.put("status", completed == null ? "running" : "completed");
      body.put("requested_at", TIME.format(deletion.requestedAt()));
      if (completed != null) {
        body.put("completed_at", TIME.format(completed));
      }
      body.put("as_of", TIME.format(asOf));
      body.put("connections", deletion.connections());
      body.put("horizons", horizons(asOf));
      return documents.sign(KIND, body, List.of());
    });
  }

  private Map<String, Object> horizons(Instant asOf) {
    Map<String, Object> members = new HashMap<>();
    members.put("access_tokens", "until_they_expire");
    members.put("audit_log", "kept");
    members.put("backups", TIME.format(asOf.plus(settings.backupsKept())));
    members.put("deletion_record", "kept");
    members.put("erasure_ledger", "kept");
    members.put("journals", TIME.format(asOf.plus(JournalSettings.HORIZON)));
    members.put("keys_in_memory", TIME.format(asOf.plus(KEYS_KEPT)));
    members.put("reports_on_their_way", "until_sent");
    members.put("row_versions", "until_overwritten");
    members.put("write_ahead_log", "until_overwritten");
    return members;
  }
}
