package dev.authpipe.control.dataplane;

import java.time.Instant;
import java.util.List;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.wire.DataPlaneId;

/** Data planes over REST, as one workspace sees them. Shows an enrolment code once, and no other secret. */
@Controller("/api/v1/workspaces/{workspace_id}/data-planes")
@ExecuteOn(TaskExecutors.BLOCKING)
final class DataPlaneController {
  private final Database database;
  private final DataPlanes planes;
  private final Enrolments enrolments;

  DataPlaneController(Database database, DataPlanes planes, Enrolments enrolments) {
    this.database = database;
    this.planes = planes;
    this.enrolments = enrolments;
  }

  @Get
  @Needs(Permission.DATA_PLANES_READ)
  @Operation(operationId = "listDataPlanes", summary = "List data planes", description = "Those that serve the workspace, and those that it administers.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  DataPlaneList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    return new DataPlaneList(database.inWorkspace(access.workspace(), tx -> views(tx, access)));
  }

  @Post
  @Needs(Permission.DATA_PLANES_WRITE)
  @Operation(operationId = "createDataPlane", summary = "Create a data plane", description = "The answer shows an enrolment code once: 15 minutes, one use. The workspace administers the data plane and is assigned to it when it is of its regions.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = EnrolmentView.class)))
  HttpResponse<EnrolmentView> create(@Parameter(hidden = true) HttpRequest<?> request,
      @Parameter(hidden = true) WorkspaceAccess access, @Body NewDataPlane body) {
    KnownParameters.only(request);
    body.check();
    enrolments.prepare();
    EnrolmentView shown = database.inWorkspace(access.workspace(), tx -> {
      DataPlane made = planes.create(tx, access, RequestIds.of(request), body.name(), body.regions());
      return code(tx, access, request, made.id());
    });
    return HttpResponse.created(shown);
  }

  @Get("/{data_plane_id}")
  @Needs(Permission.DATA_PLANES_READ)
  @Operation(operationId = "readDataPlane", summary = "Read a data plane", description = "One that serves the workspace, or that it administers.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  DataPlaneView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("data_plane_id") String dataPlaneId) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> view(tx, access, id(dataPlaneId)));
  }

  @Post("/{data_plane_id}/enrolment-codes")
  @Needs(Permission.DATA_PLANES_WRITE)
  @Operation(operationId = "createEnrolmentCode", summary = "Create an enrolment code", description = "For a data plane that this workspace administers and that is not enrolled yet. The code before ends.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = EnrolmentView.class)))
  HttpResponse<EnrolmentView> code(@Parameter(hidden = true) HttpRequest<?> request,
      @Parameter(hidden = true) WorkspaceAccess access, @PathVariable("data_plane_id") String dataPlaneId) {
    KnownParameters.only(request);
    enrolments.prepare();
    EnrolmentView shown = database.inWorkspace(access.workspace(), tx -> code(tx, access, request, id(dataPlaneId)));
    return HttpResponse.created(shown);
  }

  @Put("/{data_plane_id}/assignment")
  @Needs(Permission.DATA_PLANES_WRITE)
  @Operation(operationId = "assignDataPlane", summary = "Let a data plane serve the workspace", description = "The region must be one of its regions, and the person must be owner or admin at its home as well. Its operator approves the workspace before anything applies.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  DataPlaneView assign(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("data_plane_id") String dataPlaneId) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> {
      planes.assign(tx, access, RequestIds.of(request), id(dataPlaneId));
      return view(tx, access, id(dataPlaneId));
    });
  }

  @Delete("/{data_plane_id}/assignment")
  @Needs(value = Permission.DATA_PLANES_WRITE, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "unassignDataPlane", summary = "End that a data plane serves the workspace", description = "The proxy disables what it has of the workspace; it deletes nothing.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204")
  HttpResponse<byte[]> unassign(@Parameter(hidden = true) HttpRequest<?> request,
      @Parameter(hidden = true) WorkspaceAccess access, @PathVariable("data_plane_id") String dataPlaneId) {
    KnownParameters.only(request);
    database.run(access.workspace(), tx -> planes.unassign(tx, access, RequestIds.of(request), id(dataPlaneId)));
    return HttpResponse.noContent();
  }

  @Delete("/{data_plane_id}")
  @Needs(value = Permission.DATA_PLANES_WRITE, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "revokeDataPlane", summary = "Revoke a data plane", description = "One that this workspace administers. Its connections to the control plane end within 5 seconds; what it serves it goes on serving.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  DataPlaneView revoke(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("data_plane_id") String dataPlaneId) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> {
      planes.revoke(tx, access, RequestIds.of(request), id(dataPlaneId));
      return view(tx, access, id(dataPlaneId));
    });
  }

  private EnrolmentView code(Tx tx, WorkspaceAccess access, HttpRequest<?> request, DataPlaneId id) {
    Enrolments.Code code = enrolments.issue(tx, access, RequestIds.of(request), id);
    return new EnrolmentView(view(tx, access, id), code.text().expose(), code.expiresAt(), EnrolmentView.COMMAND);
  }

  private DataPlaneView view(Tx tx, WorkspaceAccess access, DataPlaneId id) {
    return views(tx, access).stream().filter(view -> view.id().equals(id.toString())).findFirst()
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
  }

  /** As they are by the clock that heartbeats are kept by. */
  private List<DataPlaneView> views(Tx tx, WorkspaceAccess access) {
    Instant now = planes.now(tx);
    return planes.of(tx).entrySet().stream().map(entry -> DataPlaneView.of(entry.getKey(),
        entry.getKey().home().equals(access.workspace()), entry.getValue(), now)).toList();
  }

  private static DataPlaneId id(String text) {
    try {
      return DataPlaneId.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.NOT_FOUND);
    }
  }
}
