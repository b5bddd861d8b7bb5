package dev.authpipe.control.member;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
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
import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.http.Needs;
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.RequestIds;
import dev.authpipe.control.member.oidc.OidcException;
import dev.authpipe.control.secret.SecretText;

/** Sign-in at the OpenID provider. The callback answers browsers only, and always with a redirect to the dashboard. */
@Controller("/api/v1/sign-in/oidc")
@ExecuteOn(TaskExecutors.BLOCKING)
final class OidcController {
  private final OidcSignIn oidc;
  private final SignInAnswers answers;
  private final SessionCookies cookies;
  private final URI publicUrl;

  OidcController(OidcSignIn oidc, SignInAnswers answers, SessionCookies cookies, ListenerSettings listeners) {
    this.oidc = oidc;
    this.answers = answers;
    this.cookies = cookies;
    this.publicUrl = listeners.publicUrl();
  }

  /** The code of an invitation, for who registers this way. */
  @Introspected
  @Schema(name = "OidcStart")
  record Start(@Schema(type = "string") @Nullable SecretText invitationCode) {}

  /** Where to send the browser. */
  @Introspected
  @Schema(name = "OidcLocation")
  record Location(String location) {}

  /**
   * Whether there is a provider.
   *
   * @param name what the button says; absent: there is none
   */
  @Introspected
  @Schema(name = "OidcProvider")
  record Provider(@Nullable String name) {}

  @Get
  @Needs(Permission.PUBLIC)
  @Operation(operationId = "readOidcProvider", summary = "Read the OpenID provider", description = "Its name for the button, if there is one.")
  Provider provider(@Parameter(hidden = true) HttpRequest<?> request) {
    KnownParameters.only(request);
    return new Provider(oidc.name().orElse(null));
  }

  @Post
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "startOidc", summary = "Begin a sign-in at the OpenID provider", description = "The page sends the browser to the location; the sign-in must be back within ten minutes.")
  HttpResponse<Location> start(@Parameter(hidden = true) HttpRequest<?> request, @Body Start body) {
    KnownParameters.only(request);
    SecretText invitation = body.invitationCode() == null ? null : Fields.code(body.invitationCode(), "invitation_code");
    try {
      OidcSignIn.Departure departure = oidc.depart(invitation);
      return HttpResponse.ok(new Location(departure.location().toString()))
          .cookie(cookies.make(SessionCookies.Kind.OIDC, departure.secret()));
    } catch (OidcException unavailable) {
      throw new ProblemException(ErrorCode.IDENTITY_PROVIDER_UNAVAILABLE);
    }
  }

  @Get("/callback")
  @Needs(value = Permission.PUBLIC, limit = CallLimit.SIGN_IN)
  @Operation(operationId = "finishOidc", summary = "Come back from the OpenID provider", description = "For browsers: redirects to the dashboard, signed in, at the second step, at the question whether to link, or at what went wrong.")
  @ApiResponse(responseCode = "303", description = "To the dashboard")
  HttpResponse<?> finish(@Parameter(hidden = true) HttpRequest<?> request) {
    Optional<SecretText> secret = cookies.read(request, SessionCookies.Kind.OIDC);
    MutableHttpResponse<String> response = secret.map(known -> arrived(request, known))
        .orElseGet(() -> to("sign-in/failed/refused"));
    return response.cookie(cookies.cleared(SessionCookies.Kind.OIDC));
  }

  private MutableHttpResponse<String> arrived(HttpRequest<?> request, SecretText secret) {
    Map<String, List<String>> query = new HashMap<>();
    request.getParameters().forEachValue((name, _) -> query.put(name, request.getParameters().getAll(name)));
    try {
      return switch (oidc.arrive(secret, query, RequestIds.of(request))) {
        case OidcSignIn.Return.Known known -> answers.with(
            to(known.outcome() instanceof SignInOutcome.SignedIn ? "" : "sign-in/second-factor"), known.outcome());
        case OidcSignIn.Return.Offered offered -> to("sign-in/link")
            .cookie(cookies.make(SessionCookies.Kind.IDENTITY, offered.secret()));
      };
    } catch (OidcException failure) {
      return to("sign-in/failed/" + (failure.reason() == OidcException.Reason.REFUSED ? "refused" : "unavailable"));
    } catch (ProblemException refused) {
      return to("sign-in/failed/" + refused.code().code());
    }
  }

  private MutableHttpResponse<String> to(String page) {
    return HttpResponse.<String>seeOther(URI.create(publicUrl + "/#/" + page));
  }
}
