package dev.authpipe.proxy.record;

import java.util.Locale;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.server.types.files.StreamedFile;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditExport;
import dev.authpipe.proxy.audit.AuditQuery;
import dev.authpipe.proxy.audit.CheckpointRefusedException;
import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.SignedNote;

/** Hands out what an auditor needs to check the log of the caller's workspace elsewhere. Must never change a byte of an event. */
@Controller("/v1/audit")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AuditCheckpointController {
  private static final String JSON_LINES = "application/jsonl";
  private final Checkpoints checkpoints;

  AuditCheckpointController(Checkpoints checkpoints) {
    this.checkpoints = checkpoints;
  }

  @Get(uri = "/checkpoint", produces = MediaType.TEXT_PLAIN)
  @Secured("audit:read")
  @Operation(operationId = "getAuditCheckpoint", summary = "Get the newest checkpoint", description = "Scope `audit:read`. The signed head "
      + "of the log as a C2SP signed note (docs/audit-format.md section 8), at most 60 s old while the log grows. Keep it where the "
      + "database cannot be reached from. `log` is `vault` (usual) or `client_secrets`; 404 while the log is empty.")
  @ApiResponse(responseCode = "200", description = "The signed note.", content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = "string")))
  HttpResponse<String> checkpoint(@Parameter(hidden = true) Caller caller, @QueryValue("log") @Nullable String store) {
    return HttpResponse.ok(newest(caller, log(store)).toString());
  }

  @Get(uri = "/export", produces = JSON_LINES)
  @Secured("audit:read")
  @Operation(operationId = "exportAuditEvents", summary = "Export events for offline verification", description = "Scope `audit:read`. JSON "
      + "lines of the events `from` (usually 0) to `to` (exclusive; usually, and at most, the size of the newest checkpoint), with that "
      + "checkpoint and what proves the range (docs/audit-format.md section 9), for `bin/authpipe audit verify`. `log` is `vault` (usual) "
      + "or `client_secrets`.")
  @ApiResponse(responseCode = "200", description = "The export, one JSON object a line.", content = @Content(mediaType = JSON_LINES, schema = @Schema(type = "string")))
  HttpResponse<StreamedFile> export(@Parameter(hidden = true) Caller caller,
      @QueryValue @Nullable String from,
      @QueryValue @Nullable String to, @QueryValue("log") @Nullable String store) {
    AuditQuery.Log log = log(store);
    long first = number("from", from, 0);
    SignedNote note = newest(caller, log);
    long size = Checkpoint.parse(note.text()).size();
    long end = number("to", to, size);
    if (end > size || first > end) {
      throw invalid(end > size ? "to" : "from", "at most " + (end > size ? size + ", the size of the newest checkpoint" : "to"));
    }
    AuditExport export = new AuditExport(checkpoints, caller.workspace(), log, note, first, end);
    return HttpResponse.ok(new StreamedFile(export, MediaType.of(JSON_LINES)));
  }

  private SignedNote newest(Caller caller, AuditQuery.Log log) {
    try {
      return checkpoints.newest(caller.workspace(), log)
          .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND, "The log has no event yet."));
    } catch (CheckpointRefusedException refused) {
      throw new ProblemException(ErrorCode.AUDIT_UNAVAILABLE,
          "The log does not fit the checkpoint that was signed of it; an operator has to look.");
    }
  }

  private static AuditQuery.Log log(@Nullable String text) {
    for (AuditQuery.Log one : AuditQuery.Log.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(text == null ? "vault" : text)) {
        return one;
      }
    }
    throw invalid("log", "vault or client_secrets");
  }

  private static long number(String name, @Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,15}")) {
      throw invalid(name, "the number of an event");
    }
    return Long.parseLong(text);
  }

  private static ProblemException invalid(String name, String form) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, "The parameter " + name + " must be " + form + ".");
  }
}
