package dev.authpipe.sdk.audit;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One event of an audit log. Names people by random ids only, and holds no secret.
 *
 * @param id        its id
 * @param store     {@code vault} or {@code client_secrets}
 * @param workspace whose log
 * @param epoch     how often the store was restored
 * @param sequence  its number in the log
 * @param time      when, by the database's clock
 * @param type      what happened, for instance {@code connection.created}
 * @param actor     who caused it
 * @param object    what it is about
 * @param outcome   {@code success}, {@code failure}, {@code refused} or {@code unknown}
 * @param reason    a registered code; null: none
 * @param requestId the request that caused it; null: none did
 * @param detail    members of the type's schema: texts, whole numbers and truth values, as text
 */
public record AuditEvent(String id, String store, String workspace, long epoch, long sequence, Instant time, String type,
    Reference actor, Reference object, String outcome, @Nullable String reason, @Nullable String requestId,
    Map<String, String> detail) {

  /** Copies. */
  public AuditEvent {
    detail = Map.copyOf(detail);
  }

  /**
   * A kind and an id.
   *
   * @param kind what sort
   * @param id   which one
   */
  public record Reference(String kind, String id) {}
}
