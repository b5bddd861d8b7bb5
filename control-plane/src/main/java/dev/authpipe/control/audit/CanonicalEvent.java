package dev.authpipe.control.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

import dev.authpipe.tlog.CanonicalJson;
import dev.authpipe.wire.AuditEventId;
import dev.authpipe.wire.WorkspaceId;

/** The bytes of an event, as docs/audit-format.md draws them. Must never change what it writes for version 1. */
final class CanonicalEvent {
  static final int VERSION = 1;
  private static final String STORE = "control";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
      .withZone(ZoneOffset.UTC);

  private CanonicalEvent() {}

  /** Where an event stands: in the log of which workspace, in which epoch, at which number, when. */
  record Place(WorkspaceId workspace, int epoch, long seq, AuditEventId id, Instant time) {}

  static byte[] bytes(Place place, AuditEntry entry) {
    Map<String, Object> detail = new HashMap<>();
    entry.detail().forEach((member, value) -> detail.put(member.key(), value));
    Map<String, Object> event = new HashMap<>();
    event.put("v", VERSION);
    event.put("store", STORE);
    event.put("workspace", place.workspace().toString());
    event.put("epoch", place.epoch());
    event.put("seq", place.seq());
    event.put("id", place.id().toString());
    event.put("time", time(place.time()));
    event.put("type", entry.type().word());
    event.put("actor", Map.of("kind", entry.actor().kind().word(), "id", entry.actor().id()));
    event.put("object", Map.of("kind", entry.object().kind().word(), "id", entry.object().id()));
    event.put("outcome", entry.outcome().word());
    String reason = entry.reason();
    if (reason != null) {
      event.put("reason", reason);
    }
    String requestId = entry.requestId();
    if (requestId != null) {
      event.put("request_id", requestId);
    }
    event.put("detail", detail);
    return CanonicalJson.write(event);
  }

  static String time(Instant time) {
    return TIME.format(time);
  }
}
