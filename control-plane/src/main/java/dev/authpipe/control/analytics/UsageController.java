package dev.authpipe.control.analytics;

import java.time.Clock;
import java.util.List;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
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
import dev.authpipe.control.http.WorkspaceAccess;

/** Usage over REST, as proxies told of it. Never changes any. */
@Controller("/api/v1/workspaces/{workspace_id}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class UsageController {
  private final Database database;
  private final Clock clock;

  UsageController(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Get("/usage")
  @Needs(Permission.ANALYTICS_READ)
  @Operation(operationId = "listUsage", summary = "List usage", description = "Sums by integration and `period`: `day` (as usual, the last 30) or `hour` (the last 48), in UTC. `from` and `to` choose others; `integration` and `api_key` (ids) narrow the sums. Newest first. `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  UsageList list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor, @QueryValue @Nullable String period,
      @QueryValue @Nullable String from, @QueryValue @Nullable String to, @QueryValue @Nullable String integration,
      @QueryValue("api_key") @Nullable String keyId) {
    KnownParameters.only(request, "limit", "cursor", "period", "from", "to", "integration", "api_key");
    PageQuery page = PageQuery.of(limit, cursor);
    UsageQuery query = UsageQuery.of(new UsageFilter(period, from, to, integration, keyId),
        page.after(UsageQuery.Place::parse), page.limit() + 1, clock.instant());
    List<UsageStore.Row> found = database.inWorkspace(access.workspace(), tx -> UsageStore.list(tx, query));
    List<UsageStore.Row> shown = found.subList(0, Math.min(page.limit(), found.size()));
    return new UsageList(shown.stream().map(UsageStore.Row::view).toList(),
        found.size() > shown.size() ? PageQuery.cursor(shown.getLast().place().toString()) : null);
  }
}
