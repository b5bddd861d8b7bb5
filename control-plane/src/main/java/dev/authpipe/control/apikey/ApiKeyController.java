package dev.authpipe.control.apikey;

import java.util.List;
import java.util.UUID;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
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
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.WorkspaceAccess;

/** Metadata of API keys over REST. Never shows a key or a hash of one, and changes nothing but downwards. */
@Controller("/api/v1/workspaces/{workspace_id}/api-keys")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ApiKeyController {
  private final Database database;
  private final ApiKeys keys;

  ApiKeyController(Database database, ApiKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  @Get
  @Needs(Permission.API_KEYS_READ)
  @Operation(operationId = "listApiKeys", summary = "List API keys", description = "As proxies told of them. `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ApiKeyList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    List<KnownKey> found = database.inWorkspace(access.workspace(),
        tx -> ApiKeyStore.list(tx, page.after(UUID::fromString), page.limit() + 1));
    List<KnownKey> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new ApiKeyList(shown.stream().map(ApiKeyView::of).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().id().value().toString()) : null);
  }

  @Get("/{key_id}")
  @Needs(Permission.API_KEYS_READ)
  @Operation(operationId = "readApiKey", summary = "Read what is known of an API key")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ApiKeyView read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("key_id") String keyId) {
    KnownParameters.only(request);
    return ApiKeyView.of(database.inWorkspace(access.workspace(), tx -> keys.find(tx, keyId)));
  }

  @Patch("/{key_id}")
  @Needs(Permission.API_KEYS_WRITE)
  @Operation(operationId = "narrowApiKey", summary = "Narrow an API key", description = "Takes away scopes or integrations, sets or lowers a cap, brings the end forward, disables; proxies follow at once. A key is never widened; only a disabled one may be used again, once the proxy's operator approves.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ApiKeyView narrow(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @PathVariable("key_id") String keyId, @Body NarrowingBody body) {
    KnownParameters.only(request);
    return ApiKeyView
        .of(database.inWorkspace(access.workspace(), tx -> keys.narrow(tx, access, RequestIds.of(request), keyId, body)));
  }
}
