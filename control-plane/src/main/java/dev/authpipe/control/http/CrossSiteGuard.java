package dev.authpipe.control.http;

import java.util.List;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;

/**
 * Keeps other sites from acting with a person's session, or from signing a browser in as somebody else (S81): every state change must come
 * from our own origin and carry the token of the session, or without a session that of the browser's cookie. Never trusts one of the two
 * alone.
 */
@Singleton
final class CrossSiteGuard {
  /** The header that carries the token. */
  static final String HEADER = "Authpipe-Csrf-Token";
  /** The cookie of a browser without a session. */
  static final String COOKIE = "authpipe_csrf";

  private final String origin;
  private final BrowserCookies cookies;

  CrossSiteGuard(ListenerSettings listeners, BrowserCookies cookies) {
    this.origin = listeners.publicUrl().toString();
    this.cookies = cookies;
  }

  /** Lets reading requests pass, and changing ones that are ours. */
  void check(HttpRequest<?> request, @Nullable Session session) {
    switch (request.getMethodName()) {
      case "GET", "HEAD", "OPTIONS" -> {
      }
      default -> {
        if (!request.getHeaders().getAll("Origin").equals(List.of(origin)) || !hasToken(request, session)) {
          throw new ProblemException(ErrorCode.CROSS_SITE);
        }
      }
    }
  }

  private boolean hasToken(HttpRequest<?> request, @Nullable Session session) {
    String sent = request.getHeaders().get(HEADER);
    if (sent == null) {
      return false;
    }
    Optional<SecretText> expected = session == null ? cookies.read(request, COOKIE) : Optional.of(session.csrfToken());
    return expected.isPresent() && expected.get().length() > 0 && expected.get().equals(SecretText.of(sent));
  }
}
