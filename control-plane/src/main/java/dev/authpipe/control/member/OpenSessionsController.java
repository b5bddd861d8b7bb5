package dev.authpipe.control.member;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.Session;

/** One's own open sessions: where one is signed in, and an end to all others. Never shows what a cookie holds. */
@Controller("/api/v1/me/sessions")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OpenSessionsController {
  private final Database database;
  private final Sessions sessions;

  OpenSessionsController(Database database, Sessions sessions) {
    this.database = database;
    this.sessions = sessions;
  }

  /**
   * A session.
   *
   * @param id         random id, as in events
   * @param current    whether it is the one that asks
   * @param createdAt  since when
   * @param lastUsedAt when it was last used, to the minute
   */
  @Introspected
  @Schema(name = "OpenSession")
  record View(String id, boolean current, Instant createdAt, Instant lastUsedAt) {}

  /**
   * Sessions.
   *
   * @param data all of them: there are few
   */
  @Introspected
  @Schema(name = "OpenSessionList")
  record All(List<View> data) {}

  @Get
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "listMySessions", summary = "List one's sessions", description = "Those that are alive, this one among them.")
  All list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session) {
    KnownParameters.only(request);
    return new All(database.inWorkspace(Database.PLANE, tx -> sessions.ofPerson(tx, session.person())).stream()
        .map(row -> new View(row.id().toString(), row.id().equals(session.id()), row.createdAt(), row.lastUsedAt())).toList());
  }

  @Post("/end-others")
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "endMyOtherSessions", summary = "End one's other sessions", description = "At once; this one goes on.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> endOthers(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session) {
    KnownParameters.only(request);
    database.run(Database.PLANE, tx -> sessions.endAllBy(tx, AuditActor.of(session), session.person(), session.id(),
        RequestIds.of(request)));
    return HttpResponse.noContent();
  }
}
