package dev.authpipe.sdk;

import dev.authpipe.sdk.audit.AuditEvent;
import dev.authpipe.sdk.event.DeliveryStatus;
import dev.authpipe.sdk.event.WebhookDelivery;
import dev.authpipe.sdk.incident.Incident;
import dev.authpipe.sdk.incident.IncidentKind;
import dev.authpipe.sdk.incident.IncidentStatus;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.DeliveryId;
import dev.authpipe.sdk.value.IncidentId;

/** As {@link Answers}, about what operators look at: the audit log, incidents and deliveries. */
final class OperatorAnswers {

  private OperatorAnswers() {}

  static AuditEvent auditEvent(JsonObject json) {
    return new AuditEvent(json.text("id"), json.text("store"), json.text("workspace"), json.number("epoch"), json.number("seq"),
        json.instant("time"), json.text("type"), reference(json.object("actor")), reference(json.object("object")),
        json.text("outcome"), json.optionalText("reason"), json.optionalText("request_id"), json.plainFields("detail"));
  }

  private static AuditEvent.Reference reference(JsonObject json) {
    return new AuditEvent.Reference(json.text("kind"), json.text("id"));
  }

  static Incident incident(JsonObject answer) {
    JsonObject json = answer.object("incident");
    return new Incident(json.convert("id", IncidentId::new), json.convert("kind", IncidentKind::new),
        json.convert("status", IncidentStatus::new), json.optionalText("integration"), json.flag("collecting"),
        json.number("connections"), json.number("done"), json.numbers("outcomes"), json.instant("requested_at"),
        json.optionalInstant("completed_at"), json.number("report_parts"));
  }

  static WebhookDelivery webhookDelivery(JsonObject json) {
    return new WebhookDelivery(json.convert("id", DeliveryId::new), json.text("webhook_id"), json.text("endpoint"),
        json.text("type"), json.instant("happened_at"), json.optionalConvert("connection", ConnectionId::new),
        json.convert("status", DeliveryStatus::new), json.number("tries"), json.optionalInstant("next_at"),
        json.instant("expires_at"), json.optionalText("last_outcome"), json.optionalNumber("last_status"),
        json.optionalInstant("done_at"));
  }
}
