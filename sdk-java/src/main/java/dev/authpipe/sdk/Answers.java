package dev.authpipe.sdk;

import java.net.URI;
import java.util.Map;

import dev.authpipe.sdk.value.AccessToken;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.ConnectSessionState;
import dev.authpipe.sdk.value.ConnectSessionStatus;
import dev.authpipe.sdk.value.ConnectUrl;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.ConnectionStatus;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.ErasedConnection;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.ErasureStatus;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.sdk.value.ProbeOutcome;
import dev.authpipe.sdk.value.ProbeReport;
import dev.authpipe.sdk.value.RefreshOutcome;
import dev.authpipe.sdk.value.RefreshReport;
import dev.authpipe.sdk.value.SessionToken;

/** Turns the proxy's JSON into values; the one place that knows the names of its fields. Fields it does not know are ignored. */
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
        json.optionalText("connection_id") == null ? null : json.convert("connection_id", ConnectionId::new));
  }

  static Connection connection(JsonObject json) {
    String provider = json.optionalText("provider");
    JsonObject metadata = json.optionalObject("metadata");
    return new Connection(json.convert("id", ConnectionId::new), json.text("integration"), provider == null ? "" : provider,
        json.convert("end_user", EndUserId::new), json.convert("status", ConnectionStatus::new), json.texts("scopes"),
        json.texts("scopes_requested"), json.optionalText("account"), metadata == null ? Map.of() : metadata.textFields(),
        json.optionalInstant("created_at"), json.optionalInstant("updated_at"));
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
        erasure.objects("connections").stream()
            .map(each -> new ErasedConnection(each.convert("id", ConnectionId::new), each.text("outcome")))
            .toList(),
        erasure.optionalInstant("completed_at"),
        erasure.optionalText("receipt"),
        answer.text());
  }
}
