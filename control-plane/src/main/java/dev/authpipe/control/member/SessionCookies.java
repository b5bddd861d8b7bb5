package dev.authpipe.control.member;

import java.time.Duration;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;

import dev.authpipe.control.http.BrowserCookies;
import dev.authpipe.control.secret.SecretText;

/** The cookies of this room. Only the one of a trip to the OpenID provider comes along when another site sends the browser back. */
@Singleton
final class SessionCookies {
  /** What a cookie is for. */
  enum Kind {
    /** The session. */
    SESSION("authpipe_session", Sessions.ABSOLUTE, SameSite.Strict),
    /** A sign-in that awaits its second step. */
    SECOND_STEP("authpipe_second_step", SignIn.SECOND_STEP_AWAITED, SameSite.Strict),
    /** A trip to the OpenID provider. */
    OIDC("authpipe_oidc", OidcSignIn.AWAY, SameSite.Lax),
    /** An identity that may be linked. */
    IDENTITY("authpipe_identity", OidcSignIn.AWAY, SameSite.Strict);

    private final String word;
    private final Duration kept;
    private final SameSite sameSite;

    Kind(String word, Duration kept, SameSite sameSite) {
      this.word = word;
      this.kept = kept;
      this.sameSite = sameSite;
    }
  }

  private final BrowserCookies cookies;

  SessionCookies(BrowserCookies cookies) {
    this.cookies = cookies;
  }

  Cookie make(Kind kind, SecretText secret) {
    return cookies.make(kind.word, secret, kind.kept, kind.sameSite);
  }

  Cookie cleared(Kind kind) {
    return cookies.cleared(kind.word, kind.sameSite);
  }

  Optional<SecretText> read(HttpRequest<?> request, Kind kind) {
    return cookies.read(request, kind.word).filter(secret -> secret.length() > 0);
  }
}
