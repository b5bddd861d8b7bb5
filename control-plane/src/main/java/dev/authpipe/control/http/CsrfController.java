package dev.authpipe.control.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.cookie.SameSite;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;

import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/** Gives the dashboard the token that its state changes carry. Never gives one to a page of another origin: no CORS header allows reading it. */
@Controller("/api/v1/csrf-token")
@ExecuteOn(TaskExecutors.BLOCKING)
final class CsrfController {
  private static final Duration KEPT = Duration.ofHours(12);
  private static final String FORM = "[A-Za-z0-9_-]{43}";

  private final BrowserCookies cookies;
  private final Randomness randomness;

  CsrfController(BrowserCookies cookies, Randomness randomness) {
    this.cookies = cookies;
    this.randomness = randomness;
  }

  @Get
  @Needs(Permission.PUBLIC)
  @Operation(operationId = "readCsrfToken", summary = "Read the CSRF token", description = "To be sent as `Authpipe-Csrf-Token` with every state change. With a session it is the session's, else the browser's, bound to it by a cookie.")
  HttpResponse<Map<String, String>> read(@Parameter(hidden = true) HttpRequest<?> request) {
    Optional<Session> session = request.getUserPrincipal(Session.class);
    if (session.isPresent()) {
      return HttpResponse.ok(answer(session.get().csrfToken()));
    }
    SecretText mine = cookies.read(request, CrossSiteGuard.COOKIE).filter(known -> known.expose().matches(FORM))
        .orElseGet(randomness::base64url256);
    return HttpResponse.ok(answer(mine)).cookie(cookies.make(CrossSiteGuard.COOKIE, mine, KEPT, SameSite.Strict));
  }

  private static Map<String, String> answer(SecretText known) {
    return Map.of("csrf_token", known.expose());
  }
}
