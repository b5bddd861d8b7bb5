package dev.authpipe.control.integration;

import java.util.List;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
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

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.IdempotentRequests;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;

/** Integrations over REST. Never takes a secret: a body that has one is refused, and the answer names the command. */
@Controller("/api/v1/workspaces/{workspace_id}/integrations")
@ExecuteOn(TaskExecutors.BLOCKING)
final class IntegrationController {
  private final Database database;
  private final Integrations integrations;
  private final Setups setups;
  private final IdempotentRequests idempotent;

  IntegrationController(Database database, Integrations integrations, Setups setups, IdempotentRequests idempotent) {
    this.database = database;
    this.integrations = integrations;
    this.setups = setups;
    this.idempotent = idempotent;
  }

  @Get
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "listIntegrations", summary = "List integrations", description = "`limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  IntegrationList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    List<Integration> found = database.inWorkspace(access.workspace(),
        tx -> IntegrationStore.list(tx, page.after(UUID::fromString), page.limit() + 1));
    List<Integration> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new IntegrationList(shown.stream().map(IntegrationView::of).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().value().toString()) : null);
  }

  @Post
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "createIntegration", summary = "Create an integration", description = "Proxies use it once their operator has approved it. Takes `Idempotency-Key`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = IntegrationView.class)))
  HttpResponse<byte[]> create(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body IntegrationBody body) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> idempotent.once(tx, request, access.session(), body, () -> HttpResponse
        .created(IntegrationView.of(integrations.create(tx, access, RequestIds.of(request), body)))));
  }

  @Get("/{integration}")
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "readIntegration", summary = "Read an integration", description = "By id or slug.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  IntegrationView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable String integration) {
    KnownParameters.only(request);
    return IntegrationView.of(database.inWorkspace(access.workspace(), tx -> integrations.read(tx, integration)));
  }

  @Patch("/{integration}")
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "updateIntegration", summary = "Change an integration", description = "What is left out stays; slug and provider never change. What narrows applies at proxies at once, everything else waits for their operator.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  IntegrationView update(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable String integration, @Body IntegrationBody body) {
    KnownParameters.only(request);
    return IntegrationView.of(database.inWorkspace(access.workspace(),
        tx -> integrations.change(tx, access, RequestIds.of(request), integration, body)));
  }

  @Delete("/{integration}")
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "deleteIntegration", summary = "Delete an integration", description = "Proxies disable it; its connections stay until they are disconnected.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Deleted.")
  HttpResponse<?> delete(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable String integration) {
    KnownParameters.only(request);
    database.run(access.workspace(), tx -> integrations.remove(tx, access, RequestIds.of(request), integration));
    return HttpResponse.noContent();
  }

  @Get("/{integration}/setup")
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "readIntegrationSetup", summary = "Read what is left to set up", description = "What to register at the provider and which commands to run at the proxy.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  Setup setup(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable String integration) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> setups.of(tx, integrations.read(tx, integration)));
  }
}
