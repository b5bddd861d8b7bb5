package dev.authpipe.proxy.record;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditPage;
import dev.authpipe.proxy.audit.AuditQuery;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/**
 * Lists the audit log of the caller's workspace, newest first. Each event is passed on byte for byte, so that whoever reads it can compute
 * its leaf (docs/audit-format.md). Must never change the log.
 */
@Controller("/v1/audit-events")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AuditEventsController {
  private static final int USUAL = 50;
  private static final Pattern OBJECT = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  private final AuditLog log;

  AuditEventsController(AuditLog log) {
    this.log = log;
  }

  @Get(produces = MediaType.APPLICATION_JSON)
  @Secured("audit:read")
  @Operation(operationId = "listAuditEvents", summary = "List audit events", description = "Scope `audit:read`. Newest first; "
      + "docs/audit-events.md lists types and their details. Each event stands in its canonical bytes. `limit` 1 to 200, usually 50; "
      + "`type`, `object` (an id), `from` and `to` (RFC 3339, to exclusive) narrow the list; `log` is `vault` (usual) or `client_secrets`.")
  @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = AuditEventList.class)))
  HttpResponse<byte[]> list(@Parameter(hidden = true) Caller caller, @QueryValue @Nullable String limit,
      @QueryValue @Nullable String cursor, @QueryValue @Nullable String type, @QueryValue @Nullable String object,
      @QueryValue @Nullable String from, @QueryValue @Nullable String to, @QueryValue("log") @Nullable String store) {
    AuditQuery query = new AuditQuery(store(store), limit(limit), cursor, type(type), object(object), time("from", from),
        time("to", to));
    return HttpResponse.ok(json(page(caller, query)));
  }

  private AuditPage page(Caller caller, AuditQuery query) {
    try {
      return log.events(caller.workspace(), query);
    } catch (IllegalArgumentException wrong) {
      throw invalid("cursor", "the next_cursor of a page of this list");
    }
  }

  private static byte[] json(AuditPage page) {
    StringBuilder json = new StringBuilder("{\"data\":[");
    String separator = "";
    for (AuditPage.Event event : page.events()) {
      json.append(separator).append(event.canonical());
      separator = ",";
    }
    String next = page.nextCursor();
    json.append(next == null ? "]}" : "],\"next_cursor\":\"" + next + "\"}");
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static AuditQuery.Log store(@Nullable String text) {
    if (text == null) {
      return AuditQuery.Log.VAULT;
    }
    for (AuditQuery.Log one : AuditQuery.Log.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
        return one;
      }
    }
    throw invalid("log", "vault or client_secrets");
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return USUAL;
    }
    int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > AuditQuery.MOST) {
      throw invalid("limit", "a number from 1 to " + AuditQuery.MOST);
    }
    return limit;
  }

  private static @Nullable AuditType type(@Nullable String text) {
    return text == null ? null : AuditType.of(text).orElseThrow(() -> invalid("type", "a type of docs/audit-events.md"));
  }

  private static @Nullable String object(@Nullable String text) {
    if (text != null && !OBJECT.matcher(text).matches()) {
      throw invalid("object", "the id of an object of an event");
    }
    return text;
  }

  private static @Nullable Instant time(String name, @Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException wrong) {
      throw invalid(name, "a time in RFC 3339, for instance 2027-03-01T12:00:00Z");
    }
  }

  private static ProblemException invalid(String name, String form) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, "The parameter " + name + " must be " + form + ".");
  }
}
