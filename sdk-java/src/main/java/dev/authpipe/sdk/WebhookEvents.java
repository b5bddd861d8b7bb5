package dev.authpipe.sdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.error.UnexpectedAnswerException;
import dev.authpipe.sdk.event.WebhookEvent;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.DueReason;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.ErasureId;

/** Turns the body of a genuine webhook into an event. Never meets a body that was not verified. */
final class WebhookEvents {

  private static final long VERSION = 1;

  private WebhookEvents() {}

  /** Null when the body is not even an event. */
  static @Nullable WebhookEvent read(String webhookId, byte[] body) {
    JsonObject json;
    WebhookEvent.Head head;
    try {
      json = Json.read(body);
      head = new WebhookEvent.Head(webhookId, json.text("type"), json.instant("timestamp"),
          json.object("data").text("workspace"));
    } catch (IOException | UnexpectedAnswerException e) {
      return null;
    }
    try {
      return json.number("v") == VERSION ? known(head, json.object("data"), body) : unknown(head, body);
    } catch (UnexpectedAnswerException e) {
      return unknown(head, body);
    }
  }

  private static WebhookEvent known(WebhookEvent.Head head, JsonObject data, byte[] body) {
    return switch (head.type()) {
      case "connection.created" -> new WebhookEvent.Created(head, subject(data));
      case "connection.updated" -> new WebhookEvent.Updated(head, subject(data), data.text("change"));
      case "connection.reauth_required" -> new WebhookEvent.ReauthRequired(head, subject(data), data.optionalText("reason"));
      case "connection.reauth_upcoming" ->
        new WebhookEvent.ReauthUpcoming(head, subject(data), data.instant("due_at"), data.convert("reason", DueReason::new));
      case "connection.rotation_due" -> new WebhookEvent.RotationDue(head, subject(data), data.instant("due_at"),
          data.flag("overdue"), data.convert("reason", DueReason::new));
      case "refresh.failed" -> new WebhookEvent.RefreshFailed(head, subject(data), data.optionalText("reason"));
      case "connection.recovered" -> new WebhookEvent.Recovered(head, subject(data));
      case "connection.disconnected" -> new WebhookEvent.Disconnected(head, subject(data));
      case "connection.erased" -> new WebhookEvent.Erased(head, subject(data), data.convert("erasure", ErasureId::new));
      case "webhook.test" -> new WebhookEvent.Test(head, data.text("endpoint"));
      default -> unknown(head, body);
    };
  }

  private static WebhookEvent.Subject subject(JsonObject data) {
    JsonObject endUser = data.optionalObject("end_user");
    return new WebhookEvent.Subject(data.convert("connection", ConnectionId::new), data.text("integration"),
        data.text("provider"),
        endUser == null ? null : endUser.convert("id", EndUserId::new));
  }

  private static WebhookEvent unknown(WebhookEvent.Head head, byte[] body) {
    return new WebhookEvent.Unknown(head, new String(body, StandardCharsets.UTF_8));
  }
}
