package dev.authpipe.control.connection;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.Report;

/** Connections over REST, as proxies told of them. Never changes one: that is a command to a proxy. */
@Controller("/api/v1/workspaces/{workspace_id}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ConnectionController {
  private final Database database;
  private final Explanations explanations;

  ConnectionController(Database database, Explanations explanations) {
    this.database = database;
    this.explanations = explanations;
  }

  @Get("/connections")
  @Needs(Permission.CONNECTIONS_READ)
  @Operation(operationId = "listConnections", summary = "List connections", description = "As proxies told of them. `integration` (an id), `status` and `state` narrow the list; `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ConnectionList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor, @QueryValue @Nullable String integration,
      @QueryValue @Nullable String status, @QueryValue @Nullable String state) {
    KnownParameters.only(request, "limit", "cursor", "integration", "status", "state");
    PageQuery page = PageQuery.of(limit, cursor);
    ConnectionQuery query = new ConnectionQuery(ConnectionQuery.integration(integration),
        ConnectionQuery.word("status", status, Report.Connection.Status.values()),
        ConnectionQuery.word("state", state, Report.Connection.State.values()), page.after(UUID::fromString), page.limit() + 1);
    List<Connection> found = database.inWorkspace(access.workspace(), tx -> ConnectionStore.list(tx, query));
    List<Connection> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new ConnectionList(shown.stream().map(connection -> ConnectionView.of(connection, explanations)).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().value().toString()) : null);
  }

  @Get("/connections/{connection_id}")
  @Needs(Permission.CONNECTIONS_READ)
  @Operation(operationId = "readConnection", summary = "Read a connection", description = "With its state in plain words.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ConnectionView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("connection_id") String connectionId) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> id(connectionId).flatMap(id -> ConnectionStore.find(tx, id)))
        .map(connection -> ConnectionView.of(connection, explanations))
        .orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
  }

  @Get("/connection-counts")
  @Needs(Permission.CONNECTIONS_READ)
  @Operation(operationId = "countConnections", summary = "Count connections", description = "By integration, status and state.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ConnectionCounts counts(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access) {
    KnownParameters.only(request);
    return ConnectionCounts.of(database.inWorkspace(access.workspace(), ConnectionStore::counts));
  }

  private static Optional<ConnectionId> id(String text) {
    try {
      return Optional.of(ConnectionId.parse(text));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }
}
