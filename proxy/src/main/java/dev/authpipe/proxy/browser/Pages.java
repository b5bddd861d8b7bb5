package dev.authpipe.proxy.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;

/**
 * Answers of the connect listener that a browser shows. Every one forbids framing, foreign scripts, inline scripts and referrers; no page is
 * ever built from what a request or a provider says.
 */
@Singleton
public final class Pages {
  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final boolean secure;

  /** @param origin says whether browsers come over TLS */
  public Pages(PublicOrigin origin) {
    this.secure = origin.secure();
  }

  /** Files of the program, by their names. */
  public static Map<String, byte[]> files(String directory, List<String> names) {
    Map<String, byte[]> files = new HashMap<>();
    for (String name : names) {
      try (InputStream stream = Objects.requireNonNull(Pages.class.getResourceAsStream("/" + directory + "/" + name))) {
        files.put(name, stream.readAllBytes());
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
    return Map.copyOf(files);
  }

  /** A page; it holds nothing of anybody. */
  public MutableHttpResponse<byte[]> page(byte[] content) {
    return page(HttpResponse.ok(), content);
  }

  /** A page with a status of its own. */
  public MutableHttpResponse<byte[]> page(MutableHttpResponse<?> status, byte[] content) {
    return guarded(status.body(content)).header("Content-Type", "text/html; charset=utf-8").header("Cache-Control", "no-store");
  }

  /** A script or style. */
  public MutableHttpResponse<byte[]> asset(byte[] content, String type) {
    return guarded(HttpResponse.ok(content)).header("Content-Type", type + "; charset=utf-8").header("Cache-Control", "no-cache");
  }

  /** What a page's script asked for. */
  public <T> MutableHttpResponse<T> answer(T body) {
    return guarded(HttpResponse.ok(body)).header("Cache-Control", "no-store");
  }

  /** Puts the guarding headers on any answer of the connect listener. */
  public <T> MutableHttpResponse<T> guarded(MutableHttpResponse<T> response) {
    var headers = response.getHeaders();
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Frame-Options", "DENY");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
    if (secure) {
      headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
    return response;
  }
}
