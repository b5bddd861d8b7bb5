package dev.authpipe.control.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;

/**
 * Lists the audit log of a workspace, newest first. Each event is passed on byte for byte, so that whoever reads it can compute its leaf
 * (docs/audit-format.md). Must never change the log.
 */
@Controller("/api/v1/workspaces/{workspace_id}/audit-events")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AuditEventsController {
  private static final Pattern OBJECT = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  private final AuditLog log;

  AuditEventsController(AuditLog log) {
    this.log = log;
  }

  @Get(produces = MediaType.APPLICATION_JSON)
  @Needs(Permission.AUDIT_READ)
  @Operation(operationId = "listAuditEvents", summary = "List audit events", description = "Newest first; docs/control-audit-events.md lists types and their details. Each event stands in its canonical bytes. "
      + "`limit` 1 to 200, usually 50; `type`, `object` (an id), `from` and `to` (RFC 3339, to exclusive) narrow the list.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = AuditEventList.class)))
  HttpResponse<byte[]> list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor, @QueryValue @Nullable String type,
      @QueryValue @Nullable String object, @QueryValue @Nullable String from, @QueryValue @Nullable String to) {
    KnownParameters.only(request, "limit", "cursor", "type", "object", "from", "to");
    PageQuery page = PageQuery.of(limit, cursor);
    AuditQuery query = new AuditQuery(page.limit(), page.after(Long::valueOf), type(type), object(object), time("from", from),
        time("to", to));
    return HttpResponse.ok(json(log.events(access.workspace(), query)));
  }

  private static byte[] json(AuditPage page) {
    StringBuilder json = new StringBuilder("{\"data\":[");
    String separator = "";
    for (AuditPage.Event event : page.events()) {
      json.append(separator).append(event.canonical());
      separator = ",";
    }
    Long next = page.next();
    json.append(next == null ? "]}" : "],\"next_cursor\":\"" + PageQuery.cursor(next.toString()) + "\"}");
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable AuditType type(@Nullable String text) {
    return text == null ? null : AuditType.of(text).orElseThrow(() -> invalid("type", "a type of docs/control-audit-events.md"));
  }

  private static @Nullable String object(@Nullable String text) {
    if (text != null && !OBJECT.matcher(text).matches()) {
      throw invalid("object", "an id");
    }
    return text;
  }

  private static @Nullable Instant time(String name, @Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException wrong) {
      throw invalid(name, "a time of RFC 3339 in UTC");
    }
  }

  private static ProblemException invalid(String name, String form) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, name + " is " + form + ".");
  }
}
