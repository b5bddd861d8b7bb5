package dev.authpipe.control.dataplane.command;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
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
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.IdempotentRequests;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.wire.Command;

/** Commands to data planes over REST. Promises nothing: whether one is carried out is for the proxy and its operator. */
@Controller("/api/v1/workspaces/{workspace_id}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class CommandController {
  private final Database database;
  private final Commands commands;
  private final IdempotentRequests idempotent;

  CommandController(Database database, Commands commands, IdempotentRequests idempotent) {
    this.database = database;
    this.commands = commands;
    this.idempotent = idempotent;
  }

  @Get("/commands")
  @Needs(Permission.DATA_PLANES_READ)
  @Operation(operationId = "listCommands", summary = "List commands", description = "Newest first. `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  CommandList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    UUID before = page.after(UUID::fromString);
    return database.inWorkspace(access.workspace(), tx -> {
      List<IssuedCommand> found = CommandStore.page(tx, before, page.limit() + 1);
      List<IssuedCommand> shown = found.subList(0, Math.min(page.limit(), found.size()));
      return new CommandList(views(tx, shown),
          found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().value().toString()) : null);
    });
  }

  @Post("/connection-commands")
  @Needs(Permission.CONNECTIONS_WRITE)
  @Operation(operationId = "commandConnection", summary = "Probe or disconnect a connection", description = "Issues a signed command to each data plane of the workspace. Takes `Idempotency-Key`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "202", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandList.class)))
  HttpResponse<byte[]> one(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body NewCommand body) {
    return issue(request, access, body, body.check(true));
  }

  @Post("/incident-commands")
  @Needs(value = Permission.INCIDENT, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "commandIncident", summary = "Revoke all, rotate, erase or delete", description = "Issues a signed command to each data plane of the workspace; beyond its budget it waits for the proxy's operator. Only an owner deletes the workspace. Takes `Idempotency-Key`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "202", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandList.class)))
  HttpResponse<byte[]> many(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body NewCommand body) {
    Command.Kind kind = body.check(false);
    if (kind == Command.Kind.DELETE_WORKSPACE && !Permission.WORKSPACE_OWN.isGivenTo(access.role())) {
      throw new ProblemException(ErrorCode.ROLE_MISSING, "Only an owner has the workspace deleted.");
    }
    return issue(request, access, body, kind);
  }

  private HttpResponse<byte[]> issue(HttpRequest<?> request, WorkspaceAccess access, NewCommand body, Command.Kind kind) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> idempotent.once(tx, request, access.session(), body,
        () -> HttpResponse.accepted().body(
            new CommandList(views(tx, commands.issue(tx, access, RequestIds.of(request), kind, body.text())), null))));
  }

  private List<CommandView> views(Tx tx, List<IssuedCommand> found) {
    Instant now = commands.now(tx);
    return found.stream().map(command -> CommandView.of(command, now)).toList();
  }
}
