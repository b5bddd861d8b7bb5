package dev.authpipe.control.member;

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
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.secret.SecretText;

/** Sign-in with a password and the second step. Never tells who has an account. */
@Controller("/api/v1/sign-in")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SignInController {
  private final SignIn signIn;
  private final SignInAnswers answers;
  private final SessionCookies cookies;

  SignInController(SignIn signIn, SignInAnswers answers, SessionCookies cookies) {
    this.signIn = signIn;
    this.answers = answers;
    this.cookies = cookies;
  }

  /** Address and password. */
  @Introspected
  @Schema(name = "SignIn")
  record Credentials(@Nullable String email, @Schema(type = "string", format = "password") @Nullable SecretText password) {}

  /** A code of six digits, or a recovery code. */
  @Introspected
  @Schema(name = "SecondStep")
  record Completion(@Schema(type = "string") @Nullable SecretText code) {}

  @Post
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "signIn", summary = "Sign in with a password", description = "Answers `signed_in` with the session's cookie, or `second_factor`. Unknown addresses and wrong passwords are answered alike.")
  HttpResponse<SignInAnswers.Status> signIn(@Parameter(hidden = true) HttpRequest<?> request, @Body Credentials body) {
    KnownParameters.only(request);
    return answers.answer(signIn.withPassword(Fields.email(body.email()), Fields.password(body.password(), "password"),
        request.getUserPrincipal(Session.class).orElse(null), RequestIds.of(request)));
  }

  @Post("/second-factor")
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "completeSignIn", summary = "Complete a sign-in with the second factor", description = "Within ten minutes, in the same browser. A code counts once.")
  HttpResponse<SignInAnswers.Status> secondStep(@Parameter(hidden = true) HttpRequest<?> request, @Body Completion body) {
    KnownParameters.only(request);
    SecretText code = Fields.code(body.code(), "code");
    SecretText awaited = cookies.read(request, SessionCookies.Kind.SECOND_STEP)
        .orElseThrow(() -> new ProblemException(ErrorCode.SIGN_IN_FAILED));
    return answers.signedIn(
        signIn.secondStep(awaited, code, request.getUserPrincipal(Session.class).orElse(null), RequestIds.of(request)));
  }
}
