package dev.authpipe.control.http;

import java.time.Duration;
import java.util.Optional;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import jakarta.inject.Singleton;

import dev.authpipe.control.secret.SecretText;

/**
 * Makes and reads the cookies of the dashboard: HttpOnly, for the whole origin and no other, and with TLS bound to it by {@code __Host-}
 * (RFC 6265bis). Never readable by a script.
 */
@Singleton
public final class BrowserCookies {
  private static final int LONGEST = 512;
  private final boolean secure;

  BrowserCookies(ListenerSettings listeners) {
    this.secure = "https".equals(listeners.publicUrl().getScheme());
  }

  /** A cookie. */
  public Cookie make(String name, SecretText value, Duration maxAge, SameSite sameSite) {
    return Cookie.of(fullName(name), value.expose()).path("/").httpOnly(true).secure(secure).sameSite(sameSite).maxAge(maxAge);
  }

  /** A cookie that ends another. */
  public Cookie cleared(String name, SameSite sameSite) {
    return make(name, SecretText.of(""), Duration.ZERO, sameSite);
  }

  /** What a browser sent, if it is not too long to be ours. */
  public Optional<SecretText> read(HttpRequest<?> request, String name) {
    return request.getCookies().findCookie(fullName(name)).map(Cookie::getValue).filter(value -> value.length() <= LONGEST)
        .map(SecretText::of);
  }

  private String fullName(String name) {
    return secure ? "__Host-" + name : name;
  }
}
