package dev.authpipe.sdk;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.audit.AuditEvent;
import dev.authpipe.sdk.audit.AuditExport;
import dev.authpipe.sdk.audit.AuditFilter;
import dev.authpipe.sdk.audit.AuditLog;

/**
 * Reads the audit log. Scope {@code audit:read}. Nothing here verifies it: that is done offline, with {@code authpipe audit verify} or any
 * tool of the transparency-log formats, from an export and a checkpoint kept elsewhere.
 */
public final class Audit {

  private static final Duration EXPORT_LIMIT = Duration.ofMinutes(30);

  private final Exchange exchange;

  Audit(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Lists events, newest first, page after page, while it is being walked.
   *
   * @param filter which ones
   * @return the events
   */
  public Listing<AuditEvent> events(AuditFilter filter) {
    Query query = new Query().add("log", filter.log().word()).addIf("type", filter.type()).addIf("object", filter.object())
        .addIf("from", filter.from()).addIf("to", filter.to());
    return Pages.listing(exchange, ApiCall.repeatable("GET", "/v1/audit-events").with(query), OperatorAnswers::auditEvent);
  }

  /**
   * The newest signed head of a log. Keep it where the proxy's database cannot be reached from.
   *
   * @param log which one; {@link dev.authpipe.sdk.error.NotFoundException} while it is empty
   * @return a signed note
   */
  public String checkpoint(AuditLog log) {
    return exchange.answer(ApiCall.repeatable("GET", "/v1/audit/checkpoint").with(query(log)).accepting("text/plain")).text();
  }

  /**
   * Everything of a log up to its newest checkpoint, with what proves it.
   *
   * @param log which one
   * @return the export, streaming; close it. At most half an hour
   */
  public AuditExport export(AuditLog log) {
    return export(log, 0, null);
  }

  /**
   * A range of a log with what proves it.
   *
   * @param log  which one
   * @param from number of the first event
   * @param to   number of the first event that is left out, at most the size of the newest checkpoint; null: that
   * @return the export, streaming; close it. At most half an hour
   */
  public AuditExport export(AuditLog log, long from, @Nullable Long to) {
    Query query = query(log).add("from", Long.toString(from)).addIf("to", to);
    ApiCall call = ApiCall.repeatable("GET", "/v1/audit/export").with(query).accepting("application/jsonl");
    return new AuditExport(exchange.open(call, EXPORT_LIMIT).body());
  }

  private static Query query(AuditLog log) {
    return new Query().add("log", log.word());
  }
}
