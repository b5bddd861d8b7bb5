package dev.authpipe.control.workspace;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
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

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.IdempotentRequests;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.wire.WorkspaceId;

/** Workspaces over REST. Never shows one to somebody who is no member of it. */
@Controller("/api/v1/workspaces")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WorkspaceController {
  private static final Comparator<Map.Entry<WorkspaceId, Role>> BY_ID = Comparator.comparing(entry -> entry.getKey().value());

  private final Database database;
  private final Workspaces workspaces;
  private final IdempotentRequests idempotent;

  WorkspaceController(Database database, Workspaces workspaces, IdempotentRequests idempotent) {
    this.database = database;
    this.workspaces = workspaces;
    this.idempotent = idempotent;
  }

  @Get
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "listWorkspaces", summary = "List one's workspaces", description = "Those of which the person is a member. `limit` 1 to 200, usually 50.")
  WorkspaceList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    UUID after = page.after(UUID::fromString);
    List<Map.Entry<WorkspaceId, Role>> found = session.roles().entrySet().stream()
        .filter(entry -> after == null || entry.getKey().value().compareTo(after) > 0).sorted(BY_ID).limit(page.limit() + 1L)
        .toList();
    List<Map.Entry<WorkspaceId, Role>> shown = found.subList(0, Math.min(page.limit(), found.size()));
    List<WorkspaceView> views = database.inWorkspace(Database.PLANE,
        tx -> shown.stream().flatMap(entry -> tx.within(entry.getKey(), workspaces::find).stream()
            .map(workspace -> WorkspaceView.of(workspace, entry.getValue()))).toList());
    return new WorkspaceList(views,
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().getKey().value().toString()) : null);
  }

  @Post
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "createWorkspace", summary = "Create a workspace", description = "Who creates it becomes its owner. Takes `Idempotency-Key`.")
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = WorkspaceView.class)))
  HttpResponse<byte[]> create(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body NewWorkspace body) {
    KnownParameters.only(request);
    body.check();
    return database.inWorkspace(Database.PLANE, tx -> idempotent.once(tx, request, session, body, () -> HttpResponse
        .created(WorkspaceView.of(workspaces.create(tx, session, RequestIds.of(request), body), Role.OWNER))));
  }

  @Get("/{workspace_id}")
  @Needs(Permission.WORKSPACE_READ)
  @Operation(operationId = "readWorkspace", summary = "Read a workspace")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  WorkspaceView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), workspaces::find)
        .map(workspace -> WorkspaceView.of(workspace, access.role()))
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
  }

  @Patch("/{workspace_id}")
  @Needs(Permission.WORKSPACE_WRITE)
  @Operation(operationId = "updateWorkspace", summary = "Change a workspace", description = "What is left out stays. Only an owner changes the plan; the region never changes.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  WorkspaceView update(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body WorkspaceChange body) {
    KnownParameters.only(request);
    body.check();
    if (body.plan() != null && !Permission.WORKSPACE_OWN.isGivenTo(access.role())) {
      throw new ProblemException(ErrorCode.ROLE_MISSING, "Only an owner changes the plan.");
    }
    return WorkspaceView.of(
        database.inWorkspace(access.workspace(),
            tx -> workspaces.change(tx, access.session(), RequestIds.of(request), body.displayName(), body.plan())),
        access.role());
  }

  @Delete("/{workspace_id}")
  @Needs(value = Permission.WORKSPACE_OWN, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "deleteWorkspace", summary = "Ask for the deletion of a workspace", description = "It is deleted once its proxies have destroyed its keys; until then it can be read and no longer changed.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "202", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = WorkspaceView.class)))
  HttpResponse<WorkspaceView> delete(@Parameter(hidden = true) HttpRequest<?> request,
      @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    Workspace after = database.inWorkspace(access.workspace(),
        tx -> workspaces.requestDeletion(tx, access.session(), RequestIds.of(request)));
    return HttpResponse.accepted().body(WorkspaceView.of(after, access.role()));
  }
}
