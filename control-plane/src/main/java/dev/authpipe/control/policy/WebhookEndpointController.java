package dev.authpipe.control.policy;

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

/** Webhook endpoints over REST. Never shows or takes a signing secret. */
@Controller("/api/v1/workspaces/{workspace_id}/webhook-endpoints")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WebhookEndpointController {
  private final Database database;
  private final WebhookEndpoints endpoints;
  private final IdempotentRequests idempotent;

  WebhookEndpointController(Database database, WebhookEndpoints endpoints, IdempotentRequests idempotent) {
    this.database = database;
    this.endpoints = endpoints;
    this.idempotent = idempotent;
  }

  @Get
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "listWebhookEndpoints", summary = "List webhook endpoints", description = "`limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  WebhookEndpointList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    List<WebhookEndpoint> found = database.inWorkspace(access.workspace(),
        tx -> WebhookEndpointStore.list(tx, page.after(UUID::fromString), page.limit() + 1));
    List<WebhookEndpoint> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new WebhookEndpointList(shown.stream().map(WebhookEndpointView::of).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().value().toString()) : null);
  }

  @Post
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "createWebhookEndpoint", summary = "Create a webhook endpoint", description = "Proxies are told; each sends nothing to a new address before its operator has approved it and made a signing secret. Takes `Idempotency-Key`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = WebhookEndpointView.class)))
  HttpResponse<byte[]> create(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body WebhookEndpointBody body) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> idempotent.once(tx, request, access.session(), body, () -> HttpResponse
        .created(WebhookEndpointView.of(endpoints.create(tx, access, RequestIds.of(request), body)))));
  }

  @Get("/{webhook_id}")
  @Needs(Permission.CONFIGURATION_READ)
  @Operation(operationId = "readWebhookEndpoint", summary = "Read a webhook endpoint")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  WebhookEndpointView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("webhook_id") String webhookId) {
    KnownParameters.only(request);
    return WebhookEndpointView.of(database.inWorkspace(access.workspace(), tx -> endpoints.find(tx, webhookId)));
  }

  @Patch("/{webhook_id}")
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "updateWebhookEndpoint", summary = "Change a webhook endpoint", description = "What is left out stays.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  WebhookEndpointView update(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("webhook_id") String webhookId, @Body WebhookEndpointBody body) {
    KnownParameters.only(request);
    return WebhookEndpointView.of(database.inWorkspace(access.workspace(),
        tx -> endpoints.change(tx, access, RequestIds.of(request), webhookId, body)));
  }

  @Delete("/{webhook_id}")
  @Needs(Permission.CONFIGURATION_WRITE)
  @Operation(operationId = "deleteWebhookEndpoint", summary = "Delete a webhook endpoint")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Deleted.")
  HttpResponse<?> delete(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("webhook_id") String webhookId) {
    KnownParameters.only(request);
    database.run(access.workspace(), tx -> endpoints.remove(tx, access, RequestIds.of(request), webhookId));
    return HttpResponse.noContent();
  }
}
