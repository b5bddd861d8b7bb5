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
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.CallLimit;
import dev.authpipe.control.http.KnownParameters;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.secret.SecretText;

/** Registration, proof of an address, and forgotten passwords. Never tells who has an account. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SignUpController {
  private final SignUp signUp;
  private final MailCodes codes;
  private final PasswordChanges passwords;
  private final SignInAnswers answers;

  SignUpController(SignUp signUp, MailCodes codes, PasswordChanges passwords, SignInAnswers answers) {
    this.signUp = signUp;
    this.codes = codes;
    this.passwords = passwords;
    this.answers = answers;
  }

  /** The code of an invitation, and who comes. */
  @Introspected
  @Schema(name = "SignUp")
  record Registration(@Schema(type = "string") @Nullable SecretText code, @Nullable String displayName,
      @Schema(type = "string", format = "password") @Nullable SecretText password) {}

  /** A code that came by mail, with the password of now or the wanted one. */
  @Introspected
  @Schema(name = "CodeAndPassword")
  record CodeAndPassword(@Schema(type = "string") @Nullable SecretText code,
      @Schema(type = "string", format = "password") @Nullable SecretText password) {}

  /** Whose password is forgotten. */
  @Introspected
  @Schema(name = "ResetRequest")
  record ResetRequest(@Nullable String email) {}

  @Post("/sign-up")
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "signUp", summary = "Register by invitation", description = "A code that came by mail proves the address. After another one the answer is `verify_address`, and a code goes there.")
  HttpResponse<SignInAnswers.Status> signUp(@Parameter(hidden = true) HttpRequest<?> request, @Body Registration body) {
    KnownParameters.only(request);
    return signUp
        .withPassword(Fields.code(body.code(), "code"), Fields.displayName(body.displayName()),
            Fields.password(body.password(), "password"), before(request), RequestIds.of(request))
        .map(answers::answer).orElseGet(() -> HttpResponse.ok(new SignInAnswers.Status("verify_address")));
  }

  @Post("/verify")
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "verifyAddress", summary = "Prove an address", description = "With the code that came by mail in the last 24 hours and the password of the account.")
  HttpResponse<SignInAnswers.Status> verify(@Parameter(hidden = true) HttpRequest<?> request, @Body CodeAndPassword body) {
    KnownParameters.only(request);
    return answers.answer(signUp.verify(Fields.code(body.code(), "code"), Fields.password(body.password(), "password"),
        before(request), RequestIds.of(request)));
  }

  @Post("/reset")
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "requestReset", summary = "Ask for a reset code", description = "Sent by mail if the address is that of an account. The answer is always the same.")
  @ApiResponse(responseCode = "202", description = "Asked for")
  HttpResponse<?> requestReset(@Parameter(hidden = true) HttpRequest<?> request, @Body ResetRequest body) {
    KnownParameters.only(request);
    codes.sendReset(Fields.email(body.email()), RequestIds.of(request));
    return HttpResponse.accepted();
  }

  @Post("/reset/confirm")
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "resetPassword", summary = "Set a new password with a reset code", description = "The code works once and for one hour. All sessions end; this one goes on to the second factor, if there is one.")
  HttpResponse<SignInAnswers.Status> reset(@Parameter(hidden = true) HttpRequest<?> request, @Body CodeAndPassword body) {
    KnownParameters.only(request);
    return answers.answer(passwords.reset(Fields.code(body.code(), "code"), Fields.password(body.password(), "password"),
        before(request), RequestIds.of(request)));
  }

  private static @Nullable Session before(HttpRequest<?> request) {
    return request.getUserPrincipal(Session.class).orElse(null);
  }
}
