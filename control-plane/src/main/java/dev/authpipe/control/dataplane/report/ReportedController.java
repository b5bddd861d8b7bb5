package dev.authpipe.control.dataplane.report;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micronaut.core.annotation.Introspected;
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
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.PageQuery;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/** Changes, erasures and jobs over REST, as proxies told of them. Never changes one, and knows nothing of the people erased. */
@Controller("/api/v1/workspaces/{workspace_id}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ReportedController {
  private static final List<String> STATUSES = Stream.of(Report.Change.Status.values())
      .map(status -> status.name().toLowerCase(Locale.ROOT)).toList();

  private final Database database;

  ReportedController(Database database) {
    this.database = database;
  }

  /**
   * A change of the configuration as a data plane has it.
   *
   * @param id          {@code chg_…}, as {@code bin/authpipe approve} shows it
   * @param dataPlaneId {@code dpl_…}
   * @param status      {@code waiting}, {@code applied}, {@code approved}, {@code refused} or {@code withdrawn}
   * @param reportedAt  when that was reported
   */
  @Introspected
  @Schema(name = "Change")
  record ChangeView(String id, String dataPlaneId, String status, Instant reportedAt) {}

  /** A page of changes, the one reported last first. */
  @Introspected
  @Schema(name = "ChangeList")
  record ChangePage(List<ChangeView> data, @Nullable String nextCursor) {}

  /**
   * An erasure of an end user, never whose.
   *
   * @param id          {@code era_…}, as the receipt at the proxy has it
   * @param connections how many connections the person had
   * @param pending     how many revocations at providers are still owed
   * @param reportedAt  when that was reported
   */
  @Introspected
  @Schema(name = "Erasure")
  record ErasureView(String id, int connections, int pending, Instant reportedAt) {}

  /** A page of erasures, newest first. */
  @Introspected
  @Schema(name = "ErasureList")
  record ErasurePage(List<ErasureView> data, @Nullable String nextCursor) {}

  /**
   * How scheduled work of a data plane ended.
   *
   * @param dataPlaneId {@code dpl_…}
   * @param job         which work
   * @param status      {@code failed} or {@code done}
   * @param reason      registered code
   * @param reportedAt  when that was reported
   */
  @Introspected
  @Schema(name = "Job")
  record JobView(String dataPlaneId, String job, String status, @Nullable String reason, Instant reportedAt) {}

  /** A page of jobs, the one reported last first. */
  @Introspected
  @Schema(name = "JobList")
  record JobPage(List<JobView> data, @Nullable String nextCursor) {}

  @Get("/changes")
  @Needs(Permission.DATA_PLANES_READ)
  @Operation(operationId = "listChanges", summary = "List changes at data planes", description = "How far each data plane is with what it was told: what waits for the approval of its operator has the status `waiting`. What a change says is shown there only, by `bin/authpipe approve`. `status` and `data_plane` (an id) narrow the list, which begins with what was reported last; `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ChangePage changes(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor, @QueryValue @Nullable String status,
      @QueryValue("data_plane") @Nullable String dataPlane) {
    KnownParameters.only(request, "limit", "cursor", "status", "data_plane");
    PageQuery page = PageQuery.of(limit, cursor);
    ReportedStore.Place after = page.after(ReportedStore.Place::ofChange);
    DataPlaneId plane = plane(dataPlane);
    if (status != null && !STATUSES.contains(status)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "status is one of " + String.join(", ", STATUSES) + ".");
    }
    List<ReportedChange> found = database.inWorkspace(access.workspace(),
        tx -> ReportedStore.changes(tx, status, plane, after, page.limit() + 1));
    return new ChangePage(shown(page, found).map(change -> new ChangeView(change.id().toString(), change.plane().toString(),
        change.status(), change.reportedAt())).toList(), next(page, found,
            last -> new ReportedStore.Place(last.reportedAt(), last.plane().value(), last.id().value().toString()).toString()));
  }

  @Get("/erasures")
  @Needs(Permission.CONNECTIONS_READ)
  @Operation(operationId = "listErasures", summary = "List erasures", description = "Of end users at data planes, as counts and never whose; the signed receipt is at the proxy. Newest first. `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  ErasurePage erasures(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    UUID before = page.after(UUID::fromString);
    List<ReportedErasure> found = database.inWorkspace(access.workspace(),
        tx -> ReportedStore.erasures(tx, before, page.limit() + 1));
    return new ErasurePage(shown(page, found).map(
        erasure -> new ErasureView(erasure.id().toString(), erasure.connections(), erasure.pending(), erasure.reportedAt()))
        .toList(), next(page, found, last -> last.id().value().toString()));
  }

  @Get("/jobs")
  @Needs(Permission.DATA_PLANES_READ)
  @Operation(operationId = "listJobs", summary = "List scheduled work of data planes", description = "Of the data planes that this workspace administers, which report what failed and nothing else. What was reported last comes first. `limit` 1 to 200, usually 50.")
  @Parameter(name = "workspace_id", in = ParameterIn.PATH, required = true, schema = @Schema(type = "string"))
  JobPage jobs(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) WorkspaceAccess access,
      @QueryValue @Nullable String limit, @QueryValue @Nullable String cursor) {
    KnownParameters.only(request, "limit", "cursor");
    PageQuery page = PageQuery.of(limit, cursor);
    ReportedStore.Place after = page.after(ReportedStore.Place::parse);
    List<ReportedJob> found = database.inWorkspace(access.workspace(), tx -> ReportedStore.jobs(tx, after, page.limit() + 1));
    return new JobPage(shown(page, found)
        .map(job -> new JobView(job.plane().toString(), job.job(), job.status(), job.reason(), job.reportedAt())).toList(),
        next(page, found, last -> new ReportedStore.Place(last.reportedAt(), last.plane().value(), last.job()).toString()));
  }

  private static <T> Stream<T> shown(PageQuery page, List<T> found) {
    return found.stream().limit(page.limit());
  }

  private static <T> @Nullable String next(PageQuery page, List<T> found, Function<T, String> place) {
    return found.size() > page.limit() ? PageQuery.cursor(place.apply(found.get(page.limit() - 1))) : null;
  }

  private static @Nullable DataPlaneId plane(@Nullable String text) {
    try {
      return text == null ? null : DataPlaneId.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "data_plane is the id of a data plane.");
    }
  }
}
