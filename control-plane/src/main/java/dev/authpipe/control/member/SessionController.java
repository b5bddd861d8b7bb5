package dev.authpipe.control.member;

import java.util.HashMap;
import java.util.Map;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.Session;

/** One's own session. */
@Controller("/api/v1/session")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SessionController {
  private final Database database;
  private final Sessions sessions;
  private final Presence presence;
  private final SessionCookies cookies;

  SessionController(Database database, Sessions sessions, Presence presence, SessionCookies cookies) {
    this.database = database;
    this.sessions = sessions;
    this.presence = presence;
    this.cookies = cookies;
  }

  /**
   * Who is signed in.
   *
   * @param personId     random id
   * @param secondFactor {@code set}, {@code owed} or {@code none}
   * @param roles        by workspace; empty while a second factor is owed
   */
  @Introspected
  @Schema(name = "Session")
  record View(String personId, String email, String displayName, String secondFactor, Map<String, String> roles) {}

  @Get
  @Needs(Permission.ENROLMENT)
  @Operation(operationId = "readSession", summary = "Read one's session", description = "Who is signed in, and whether a second factor is owed.")
  View read(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session) {
    KnownParameters.only(request);
    Person person = presence.person(session);
    Map<String, String> roles = new HashMap<>();
    session.roles().forEach((workspace, role) -> roles.put(workspace.toString(), role.word()));
    String factor = person.hasSecondFactor() ? "set" : session.owesSecondFactor() ? "owed" : "none";
    return new View(person.id().toString(), person.email().text(), person.displayName(), factor, roles);
  }

  @Delete
  @Needs(Permission.ENROLMENT)
  @Operation(operationId = "signOut", summary = "Sign out", description = "Ends this session at once.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> signOut(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session) {
    KnownParameters.only(request);
    database.run(Database.PLANE, tx -> sessions.end(tx, session, RequestIds.of(request)));
    return HttpResponse.noContent().cookie(cookies.cleared(SessionCookies.Kind.SESSION));
  }
}
