package dev.authpipe.proxy.retire;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.Documents;
import dev.authpipe.wire.WorkspaceId;

/** Signs receipts of erasures (docs/document-format.md, erasure-receipt). Must never name a person, nor sign a dry run. */
@Singleton
public final class Receipts {
  /** The kind of document. */
  public static final String KIND = "erasure-receipt";
  /** Most connections that one receipt lists. */
  static final int MOST = 4_000;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
      .withZone(ZoneOffset.UTC);

  private final Documents documents;
  private final Clock clock;

  public Receipts(Documents documents, Clock clock) {
    this.documents = documents;
    this.clock = clock;
  }

  /** The signed note; of a completed erasure always the same, as long as the deployment's key is. */
  public String sign(WorkspaceId workspace, ErasureView view) {
    Map<String, Object> body = new HashMap<>();
    body.put("v", 1);
    body.put("erasure", Objects.requireNonNull(view.id(), "a dry run has no receipt").toString());
    body.put("workspace", workspace.toString());
    body.put("status", view.completed() ? "completed" : "running");
    body.put("requested_at", TIME.format(view.requestedAt()));
    put(body, "completed_at", view.completedAt());
    Instant completed = view.completedAt();
    body.put("as_of", TIME.format(completed == null ? clock.instant() : completed));
    Long number = view.ledger();
    if (number != null) {
      body.put("ledger", number);
    }
    body.put("connections", view.connections().size());
    body.put("unlisted", Math.max(0, view.connections().size() - MOST));
    body.put("pending", view.pending());
    body.put("horizons", horizons(view.horizons()));
    List<Map<String, Object>> entries = view.connections().stream().limit(MOST).map(Receipts::entry).toList();
    return documents.sign(KIND, body, entries);
  }

  private static Map<String, Object> horizons(ErasureView.Horizons horizons) {
    Map<String, Object> members = new HashMap<>();
    put(members, "access_tokens", horizons.accessTokens());
    members.put("endless_credentials", horizons.endless());
    put(members, "journals", horizons.journals());
    put(members, "backups", horizons.backups());
    members.put("row_versions", "until_overwritten");
    members.put("write_ahead_log", "until_overwritten");
    return members;
  }

  private static Map<String, Object> entry(ErasureView.ErasedConnection one) {
    Map<String, Object> entry = new HashMap<>();
    entry.put("connection", one.connection().toString());
    entry.put("integration", one.integration().toString());
    entry.put("provider", one.provider());
    entry.put("outcome", one.outcome().word());
    put(entry, "access_expires_at", one.accessExpiresAt());
    return entry;
  }

  private static void put(Map<String, Object> members, String name, @Nullable Instant time) {
    if (time != null) {
      members.put(name, TIME.format(time));
    }
  }
}
