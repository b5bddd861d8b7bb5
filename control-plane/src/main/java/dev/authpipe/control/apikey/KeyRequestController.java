package dev.authpipe.control.apikey;

import java.util.List;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
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

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.IdempotentRequests;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;

/** Requests for API keys over REST. Never answers with a key: a proxy makes it, and shows it once. */
@Controller("/api/v1/workspaces/{workspace_id}/api-key-requests")
@ExecuteOn(TaskExecutors.BLOCKING)
final class KeyRequestController {
  private final Database database;
  private final KeyRequests requests;
  private final IdempotentRequests idempotent;

  KeyRequestController(Database database, KeyRequests requests, IdempotentRequests idempotent) {
    this.database = database;
    this.requests = requests;
    this.idempotent = idempotent;
  }

  @Get
  @Needs(Permission.API_KEYS_READ)
  @Operation(operationId = "listApiKeyRequests", summary = "List requests for API keys", description = "`limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  KeyRequestList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    List<KeyRequest> found = database.inWorkspace(access.workspace(),
        tx -> KeyRequestStore.list(tx, page.after(UUID::fromString), page.limit() + 1));
    List<KeyRequest> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new KeyRequestList(shown.stream().map(KeyRequestView::of).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().value().toString()) : null);
  }

  @Post
  @Needs(Permission.API_KEYS_WRITE)
  @Operation(operationId = "createApiKeyRequest", summary = "Ask for an API key", description = "A proxy makes it when its operator approves, and shows it there, once. Takes `Idempotency-Key`.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "201", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = KeyRequestView.class)))
  HttpResponse<byte[]> create(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @Body KeyRequestBody body) {
    KnownParameters.only(request);
    return database.inWorkspace(access.workspace(), tx -> idempotent.once(tx, request, access.session(), body, () -> HttpResponse
        .created(KeyRequestView.of(requests.create(tx, access, RequestIds.of(request), body)))));
  }

  @Get("/{request_id}")
  @Needs(Permission.API_KEYS_READ)
  @Operation(operationId = "readApiKeyRequest", summary = "Read a request for an API key")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  KeyRequestView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("request_id") String requestId) {
    KnownParameters.only(request);
    return KeyRequestView.of(database.inWorkspace(access.workspace(), tx -> requests.find(tx, requestId)));
  }

  @Delete("/{request_id}")
  @Needs(Permission.API_KEYS_WRITE)
  @Operation(operationId = "withdrawApiKeyRequest", summary = "Withdraw a request for an API key", description = "As long as no proxy made the key.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  @ApiResponse(responseCode = "204", description = "Withdrawn.")
  HttpResponse<?> delete(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("request_id") String requestId) {
    KnownParameters.only(request);
    database.run(access.workspace(), tx -> requests.withdraw(tx, access, RequestIds.of(request), requestId));
    return HttpResponse.noContent();
  }
}
