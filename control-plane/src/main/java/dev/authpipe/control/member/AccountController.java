package dev.authpipe.control.member;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
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

/** One's own account. */
@Controller("/api/v1/me")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AccountController {
  private final Accounts accounts;
  private final PasswordChanges passwords;
  private final OidcSignIn oidc;
  private final Invitations invitations;
  private final Presence presence;
  private final SignInAnswers answers;
  private final SessionCookies cookies;

  AccountController(Accounts accounts, PasswordChanges passwords, OidcSignIn oidc, Invitations invitations, Presence presence,
      SignInAnswers answers, SessionCookies cookies) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.oidc = oidc;
    this.invitations = invitations;
    this.presence = presence;
    this.answers = answers;
    this.cookies = cookies;
  }

  /** What one is called. */
  @Introspected
  @Schema(name = "PersonChange")
  record NameChange(@Nullable String displayName) {}

  /** The password of now and the wanted one. */
  @Introspected
  @Schema(name = "PasswordChange")
  record PasswordChange(@Schema(type = "string", format = "password") @Nullable SecretText currentPassword,
      @Schema(type = "string", format = "password") @Nullable SecretText password) {}

  /** The wanted address, with the password, or a code where there is no password. */
  @Introspected
  @Schema(name = "EmailChange")
  record EmailChange(@Nullable String email, @Schema(type = "string", format = "password") @Nullable SecretText password,
      @Schema(type = "string") @Nullable SecretText code) {}

  /** The codes that came to both addresses. */
  @Introspected
  @Schema(name = "EmailCodes")
  record EmailCodes(@Schema(type = "string") @Nullable SecretText oldCode,
      @Schema(type = "string") @Nullable SecretText newCode) {}

  /** The code of an invitation. */
  @Introspected
  @Schema(name = "InvitationCode")
  record InvitationCode(@Schema(type = "string") @Nullable SecretText code) {}

  @Patch
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "updateMe", summary = "Change what one is called")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> rename(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body NameChange body) {
    KnownParameters.only(request);
    accounts.rename(session, Fields.displayName(body.displayName()), RequestIds.of(request));
    return HttpResponse.noContent();
  }

  @Get("/export")
  @Needs(Permission.SIGNED_IN)
  @Operation(operationId = "exportMe", summary = "Export one's own data", description = "Everything held about the person, without secrets.")
  PersonExport export(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session) {
    KnownParameters.only(request);
    return accounts.export(session, RequestIds.of(request));
  }

  @Post("/password")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "changePassword", summary = "Change one's password", description = "Ends the other sessions and open codes, and gives this session another id.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> changePassword(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body PasswordChange body) {
    KnownParameters.only(request);
    return answers.renewed(HttpResponse.noContent(),
        passwords.change(session, Fields.password(body.currentPassword(), "current_password"),
            Fields.password(body.password(), "password"), RequestIds.of(request)));
  }

  @Post("/email")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "requestEmailChange", summary = "Ask for another address", description = "Codes go to the address of now and to the wanted one.")
  @ApiResponse(responseCode = "202", description = "Asked for")
  HttpResponse<?> requestEmail(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body EmailChange body) {
    KnownParameters.only(request);
    EmailAddress wanted = Fields.email(body.email());
    Person person = presence.prove(session, body.password(), body.code(), RequestIds.of(request));
    accounts.requestEmail(person, wanted, RequestIds.of(request));
    return HttpResponse.accepted();
  }

  @Post("/email/confirm")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "changeEmail", summary = "Change one's address", description = "With the codes of both addresses. Ends the other sessions and gives this one another id.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> changeEmail(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body EmailCodes body) {
    KnownParameters.only(request);
    return answers.renewed(HttpResponse.noContent(), accounts.changeEmail(session, Fields.code(body.oldCode(), "old_code"),
        Fields.code(body.newCode(), "new_code"), RequestIds.of(request)));
  }

  @Post("/identities")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "linkIdentity", summary = "Link the identity just used", description = "The one with which this browser came back from the OpenID provider in the last ten minutes, if both sides verified the same address.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> link(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session) {
    KnownParameters.only(request);
    SecretText offer = cookies.read(request, SessionCookies.Kind.IDENTITY)
        .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
    SecretText renewed = oidc.link(session, offer, RequestIds.of(request));
    return answers.renewed(HttpResponse.noContent().cookie(cookies.cleared(SessionCookies.Kind.IDENTITY)), renewed);
  }

  @Post("/invitations")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "acceptInvitation", summary = "Accept an invitation", description = "One that was sent to one's own verified address. Gives this session another id.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> accept(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body InvitationCode body) {
    KnownParameters.only(request);
    return answers.renewed(HttpResponse.noContent(),
        invitations.accept(session, Fields.code(body.code(), "code"), RequestIds.of(request)));
  }

  @Post("/delete")
  @Needs(value = Permission.SIGNED_IN, limit = CallLimit.DESTRUCTIVE)
  @Operation(operationId = "deleteMe", summary = "Delete one's account", description = "With the password, or a code where there is no password. The last owner of a workspace cannot leave it.")
  @ApiResponse(responseCode = "204", description = "Done")
  HttpResponse<?> delete(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Session session,
      @Body SecondFactorController.Proof body) {
    KnownParameters.only(request);
    presence.prove(session, body.password(), body.code(), RequestIds.of(request));
    accounts.delete(session, RequestIds.of(request));
    return HttpResponse.noContent().cookie(cookies.cleared(SessionCookies.Kind.SESSION));
  }
}
