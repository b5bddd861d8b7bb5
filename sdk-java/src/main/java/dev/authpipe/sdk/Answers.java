package dev.authpipe.sdk;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.AccessToken;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.ConnectSessionState;
import dev.authpipe.sdk.value.ConnectSessionStatus;
import dev.authpipe.sdk.value.ConnectUrl;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionEnd;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.CredentialState;
import dev.authpipe.sdk.value.DisconnectReport;
import dev.authpipe.sdk.value.DueReason;
import dev.authpipe.sdk.value.EndUser;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.ErasedConnection;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureHorizons;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.ErasurePlan;
import dev.authpipe.sdk.value.ErasureStatus;
import dev.authpipe.sdk.value.ExportedConnection;
import dev.authpipe.sdk.value.ExportedEndUser;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.ProbeOutcome;
import dev.authpipe.sdk.value.ProbeReport;
import dev.authpipe.sdk.value.Reconsent;
import dev.authpipe.sdk.value.RefreshOutcome;
import dev.authpipe.sdk.value.RefreshReport;
import dev.authpipe.sdk.value.ReplacedCredential;
import dev.authpipe.sdk.value.Revocation;
import dev.authpipe.sdk.value.Rotation;
import dev.authpipe.sdk.value.SessionToken;

/**
 * Turns the proxy's JSON about sessions, connections and people into values; the one place that knows the names of those fields. Fields it
 * does not know are ignored.
 */
final class Answers {

  private Answers() {}

  static ConnectSession connectSession(JsonObject json) {
    return new ConnectSession(
        json.convert("id", ConnectSessionId::new),
        json.convert("session_token", SessionToken::new),
        json.convert("connect_url", address -> new ConnectUrl(URI.create(address))),
        json.instant("expires_at"));
  }

  static ConnectSessionState connectSessionState(JsonObject json) {
    return new ConnectSessionState(
        json.convert("id", ConnectSessionId::new),
        json.convert("status", ConnectSessionStatus::new),
        json.optionalText("reason"),
        json.textList("integrations"),
        json.optionalConvert("connection_id", ConnectionId::new),
        json.optionalInstant("expires_at"));
  }

  static Connection connection(JsonObject json) {
    String provider = json.optionalText("provider");
    CredentialState credential = new CredentialState(json.optionalInstant("expires_at"), json.optionalNumber("generation"),
        json.optionalInstant("authorized_at"), json.optional("reconsent", Answers::reconsent),
        json.optional("rotation", Answers::rotation));
    return new Connection(json.convert("id", ConnectionId::new), json.text("integration"), provider == null ? "" : provider,
        json.convert("end_user", EndUserId::new), json.convert("status", ConnectionStatus::new), json.texts("scopes"),
        json.texts("scopes_requested"), json.optionalText("account"), json.texts("metadata", Map.of()), credential, end(json),
        json.optionalInstant("created_at"), json.optionalInstant("updated_at"));
  }

  private static @Nullable ConnectionEnd end(JsonObject json) {
    Instant disconnectedAt = json.optionalInstant("disconnected_at");
    return disconnectedAt == null
        ? null
        : new ConnectionEnd(disconnectedAt, json.optionalInstant("purge_after"),
            json.optionalConvert("revocation", Revocation::new));
  }

  static Reconsent reconsent(JsonObject json) {
    return new Reconsent(json.instant("at"), json.convert("reason", DueReason::new), json.flag("moves_with_use"));
  }

  static Rotation rotation(JsonObject json) {
    return new Rotation(json.instant("due_at"), json.convert("reason", DueReason::new), json.flag("overdue"));
  }

  static DisconnectReport disconnectReport(JsonObject json) {
    return new DisconnectReport(json.convert("id", ConnectionId::new), json.convert("status", ConnectionStatus::new),
        json.convert("revocation", Revocation::new), json.flag("purged"));
  }

  static ReplacedCredential replacedCredential(JsonObject json) {
    return new ReplacedCredential(json.convert("id", ConnectionId::new), json.text("masked_prefix"));
  }

  static IssuedAccessToken issuedAccessToken(JsonObject json) {
    return new IssuedAccessToken(
        json.convert("access_token", AccessToken::new),
        json.text("token_type"),
        json.optionalInstant("expires_at"),
        json.texts("scopes"),
        json.number("generation"));
  }

  static RefreshReport refreshReport(JsonObject json) {
    return new RefreshReport(
        json.convert("outcome", RefreshOutcome::new), json.number("generation"), json.optionalInstant("expires_at"));
  }

  static ProbeReport probeReport(JsonObject json) {
    return new ProbeReport(json.convert("outcome", ProbeOutcome::new), json.optionalInstant("checked_at"));
  }

  static Erasure erasure(Answer answer) {
    JsonObject erasure = answer.json().object("erasure");
    return new Erasure(
        erasure.convert("id", ErasureId::new),
        erasure.convert("status", ErasureStatus::new),
        erasure.objects("connections").stream().map(Answers::erasedConnection).toList(),
        erasure.optional("horizons", Answers::horizons),
        erasure.optionalInstant("requested_at"),
        erasure.optionalInstant("completed_at"),
        erasure.optionalText("receipt"),
        answer.text());
  }

  static ErasurePlan erasurePlan(JsonObject answer) {
    JsonObject erasure = answer.object("erasure");
    return new ErasurePlan(erasure.objects("connections").stream().map(Answers::erasedConnection).toList(),
        horizons(erasure.object("horizons")), erasure.instant("requested_at"));
  }

  private static ErasedConnection erasedConnection(JsonObject json) {
    String integration = json.optionalText("integration");
    String provider = json.optionalText("provider");
    return new ErasedConnection(json.convert("id", ConnectionId::new), integration == null ? "" : integration,
        provider == null ? "" : provider, json.convert("outcome", Revocation::new), json.optionalInstant("access_expires_at"));
  }

  private static ErasureHorizons horizons(JsonObject json) {
    return new ErasureHorizons(json.optionalInstant("access_tokens"), json.number("endless_credentials"),
        json.instant("journals"),
        json.instant("backups"), json.text("row_versions"), json.text("write_ahead_log"));
  }

  static ExportedEndUser exportedEndUser(Answer answer) {
    JsonObject json = answer.json();
    EndUser person = new EndUser(json.convert("id", EndUserId::new), json.optionalText("display_name"),
        json.optionalText("email"));
    return new ExportedEndUser(person, json.objects("connections").stream().map(Answers::exportedConnection).toList(),
        answer.text());
  }

  private static ExportedConnection exportedConnection(JsonObject json) {
    return new ExportedConnection(json.convert("id", ConnectionId::new), json.text("integration"), json.text("provider"),
        json.convert("status", ConnectionStatus::new), json.optionalText("account_id"), json.optionalText("account"),
        json.texts("scopes_requested"), json.texts("scopes_granted"), json.texts("metadata", Map.of()),
        json.instant("created_at"),
        json.instant("updated_at"), json.optionalInstant("disconnected_at"), json.texts("secrets", Map.of()));
  }
}
