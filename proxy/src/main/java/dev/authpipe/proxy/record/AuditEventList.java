package dev.authpipe.proxy.record;

import java.util.List;
import java.util.Map;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A page of audit events, newest first, each in its canonical bytes.
 *
 * @param data       the events, newest first
 * @param nextCursor where the next page begins; absent on the last one
 */
@Introspected
@Schema(name = "AuditEventList")
// Stands for the shape in the OpenAPI document: Jackson never writes it.
record AuditEventList(List<Event> data, @Nullable String nextCursor) {

  /**
   * One event: docs/audit-format.md section 3.
   *
   * @param v         version of the format
   * @param store     {@code vault} or {@code client_secrets}
   * @param workspace whose log
   * @param epoch     how often the store was restored
   * @param seq       number in the log
   * @param id        id of the event
   * @param time      when, by the database's clock
   * @param type      what happened
   * @param actor     who caused it
   * @param object    what it is about
   * @param outcome   how it went
   * @param reason    registered code
   * @param requestId the request that caused it
   * @param detail    members of the type's schema: strings, integers, booleans
   */
  @Introspected
  @Schema(name = "AuditEvent")
  record Event(int v, String store, String workspace, int epoch, long seq, String id, String time, String type, Who actor,
      Who object,
      String outcome, @Nullable String reason, @Nullable String requestId,
      Map<String, Object> detail) {}

  /**
   * A kind and an id.
   *
   * @param kind what sort
   * @param id   its id
   */
  @Introspected
  @Schema(name = "AuditReference")
  record Who(String kind, String id) {}
}
