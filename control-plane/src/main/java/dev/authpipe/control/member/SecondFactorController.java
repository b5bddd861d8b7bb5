package dev.authpipe.control.member;

import java.util.ArrayList;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.secret.SecretText;

/** One's own second factor. Its secret and the recovery codes are shown once and never again. */
@Controller("/api/v1/me/totp")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SecondFactorController {
  private final Database database;
  private final SecondFactors factors;
  private final Sessions sessions;
  private final Presence presence;
  private final SignInAnswers answers;

  SecondFactorController(Database database, SecondFactors factors, Sessions sessions, Presence presence, SignInAnswers answers) {
    this.database = database;
    this.factors = factors;
    this.sessions = sessions;
    this.presence = presence;
    this.answers = answers;
  }

  /** Password, or code where there is no password. */
  @Introspected
  @Schema(name = "Presence")
  record Proof(@Schema(type = "string", format = "password") @Nullable SecretText password,
      @Schema(type = "string") @Nullable SecretText code) {}

  /** A code of the new secret. */
  @Introspected
  @Schema(name = "TotpCode")
  record Confirmation(@Schema(type = "string") @Nullable SecretText code) {}

  /**
   * What an authenticator app reads.
   *
   * @param otpauthUri with the secret, shown this once
   */
  @Introspected
  @Schema(name = "TotpEnrolment")
  record Enrolment(String otpauthUri) {}

  /**
   * Codes for the day the app is gone.
   *
   * @param recoveryCodes each counts once; shown this once
   */
  @Introspected
  @Schema(name = "RecoveryCodes")
  record Recovery(List<String> recoveryCodes) {}

  @Post
  @Needs(value = Permission.ENROLMENT, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "beginTotp", summary = "Begin to set up a second factor", description = "Shows the secret. It counts once it is confirmed.")
  Enrolment begin(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session, @Body Proof body) {
    KnownParameters.only(request);
    Person person = presence.prove(session, body.password(), body.code(), RequestIds.of(request));
    return new Enrolment(database.inWorkspace(Database.PLANE, tx -> factors.begin(tx, person)).toString());
  }

  @Post("/confirm")
  @Needs(value = Permission.ENROLMENT, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "confirmTotp", summary = "Confirm the second factor", description = "With a code of it. Shows the recovery codes, ends other sessions, and gives this one another id.")
  HttpResponse<Recovery> confirm(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body Confirmation body) {
    KnownParameters.only(request);
    SecretText code = Fields.code(body.code(), "code");
    List<String> shown = new ArrayList<>();
    SecretText renewed = database.inWorkspace(Database.PLANE, tx -> {
      factors.confirm(tx, session, code, RequestIds.of(request)).forEach(recovery -> shown.add(recovery.expose()));
      sessions.endAll(tx, session.person(), session.id());
      return sessions.replace(tx, session);
    });
    return answers.renewed(HttpResponse.ok(new Recovery(shown)), renewed);
  }

  @Post("/remove")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "removeTotp", summary = "Remove the second factor", description = "Needs the password, if there is one, and a code. Owners and admins then owe another.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> remove(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body Proof body) {
    KnownParameters.only(request);
    SecretText code = Fields.code(body.code(), "code");
    Person person = presence.person(session);
    if (!person.hasSecondFactor()) {
      throw new ProblemException(ErrorCode.CONFLICT, "There is no second factor.");
    }
    if (person.passwordHash() != null) {
      presence.prove(session, body.password(), null, RequestIds.of(request));
    }
    presence.proveFactor(person, code, RequestIds.of(request));
    SecretText renewed = database.inWorkspace(Database.PLANE, tx -> {
      factors.remove(tx, session, RequestIds.of(request));
      sessions.endAll(tx, session.person(), session.id());
      return sessions.replace(tx, session);
    });
    return answers.renewed(HttpResponse.noContent(), renewed);
  }
}
