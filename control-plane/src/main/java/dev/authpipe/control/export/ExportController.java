package dev.authpipe.control.export;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
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

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.secret.Randomness;

/** Exports of the configuration over REST. Never holds a secret, and answers a link that does not hold like an unknown one. */
@Controller("/api/v1/workspaces/{workspace_id}/exports")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ExportController {
  private final Database database;
  private final Snapshots snapshots;
  private final ExportLinks links;
  private final AuditLog audit;
  private final Randomness randomness;

  ExportController(Database database, Snapshots snapshots, ExportLinks links, AuditLog audit,
      Randomness randomness) {
    this.database = database;
    this.snapshots = snapshots;
    this.links = links;
    this.audit = audit;
    this.randomness = randomness;
  }

  @Post
  @Needs(Permission.EXPORT)
  @Operation(operationId = "createExport", summary = "Make a link to an export", description = "`json` or `terraform`. The link works for an hour, in this session only; secrets are placeholders.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ExportView.class)))
  HttpResponse<ExportView> create(@Parameter(hidden = true) HttpRequest<?> request,
      @Parameter(hidden = true) WorkspaceAccess access, @Body ExportBody body) {
    KnownParameters.only(request);
    ExportFormat format = ExportFormat.of(body.format() == null ? "" : body.format())
        .orElseThrow(() -> new ProblemException(ErrorCode.INVALID_REQUEST, "format is json or terraform."));
    ExportLinks.Link link = links.begin(randomness.uuidV4(), format);
    database.run(access.workspace(), tx -> {
      audit.append(tx, AuditEntry.of(AuditType.EXPORT_MADE, AuditActor.of(access.session()), AuditObject.export(link.id()))
          .detail(AuditDetail.FORMAT, format.word()).detail(AuditDetail.EXPIRES_AT, link.expiresAt())
          .requestId(RequestIds.of(request)).build());
    });
    return HttpResponse
        .created(new ExportView(link.id().toString(), format.word(), links.path(access, link), link.expiresAt()));
  }

  @Get(value = "/{export_id}", produces = {MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
  @Needs(Permission.EXPORT)
  @Operation(operationId = "readExport", summary = "Download an export", description = "By the link of `createExport`. The configuration is that of the moment of the download.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "200", content = {
      @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = "object")),
      @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(type = "string"))})
  HttpResponse<byte[]> read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("export_id") String exportId, @QueryValue @Nullable String format, @QueryValue @Nullable String expires,
      @QueryValue @Nullable String signature) {
    KnownParameters.only(request, "format", "expires", "signature");
    ExportLinks.Link link = link(exportId, format, expires);
    if (signature == null || !links.holds(access, link, signature)) {
      throw unknown();
    }
    Snapshot snapshot = database.inWorkspace(access.workspace(), snapshots::read);
    byte[] document = link.format().write(snapshot).getBytes(StandardCharsets.UTF_8);
    return HttpResponse.ok(document).contentType(MediaType.of(link.format().mediaType())).header("Content-Disposition",
        "attachment; filename=\"authpipe-" + snapshot.workspace().name() + '.' + link.format().extension() + '"');
  }

  private static ExportLinks.Link link(String id, @Nullable String format, @Nullable String expires) {
    try {
      return new ExportLinks.Link(UUID.fromString(id),
          ExportFormat.of(String.valueOf(format)).orElseThrow(ExportController::unknown),
          Instant.ofEpochSecond(Long.parseLong(String.valueOf(expires))));
    } catch (IllegalArgumentException | DateTimeException broken) {
      throw unknown();
    }
  }

  private static ProblemException unknown() {
    return new ProblemException(ErrorCode.NOT_FOUND);
  }
}
