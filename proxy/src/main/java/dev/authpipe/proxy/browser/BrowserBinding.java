package dev.authpipe.proxy.browser;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.HashPurpose;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;

/**
 * Ties the steps of a flow to one browser: one random cookie per browser, shared by all its flows, and a CSRF token made from it. Never
 * accepts a request whose browser says that it comes from elsewhere.
 */
@Singleton
public final class BrowserBinding {
  private static final String NAME = "authpipe-browser";
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");
  private final PublicOrigin origin;
  private final DeploymentKeys keys;
  private final Randomness randomness;
  private final Refusals refusals;

  BrowserBinding(PublicOrigin origin, DeploymentKeys keys, Randomness randomness, Refusals refusals) {
    this.origin = origin;
    this.keys = keys;
    this.randomness = randomness;
    this.refusals = refusals;
  }

  /** The cookie's name: without TLS, on loopback only, browsers refuse the prefix. */
  String cookieName() {
    return origin.secure() ? "__Host-" + NAME : NAME;
  }

  /** A new value for a browser that has none. */
  public SecretText create() {
    return randomness.base64url256();
  }

  /** The value this browser has; empty when there is none, it has another form, or there are two. */
  public Optional<SecretText> read(HttpRequest<?> request) {
    List<String> found = new ArrayList<>();
    for (String header : request.getHeaders().getAll("Cookie")) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(cookieName())) {
          found.add(pair.substring(equals + 1).strip());
        }
      }
    }
    return found.size() == 1 && VALUE.matcher(found.getFirst()).matches()
        ? Optional.of(SecretText.of(found.getFirst()))
        : Optional.empty();
  }

  /** The header that gives a browser its value, for as long as it stays open. */
  public SecretText setCookie(SecretText value) {
    return SecretText
        .of(cookieName() + "=" + value.expose() + "; Path=/; HttpOnly; SameSite=Lax" + (origin.secure() ? "; Secure" : ""));
  }

  /** What an attempt keeps of the value. */
  public byte[] hash(SecretText value) {
    return keys.hash(HashPurpose.BROWSER, value);
  }

  /** Whether this browser started the attempt. */
  public boolean matches(Optional<SecretText> value, byte[] hash) {
    return value.isPresent() && MessageDigest.isEqual(hash(value.get()), hash);
  }

  /** The CSRF token of one session in one browser. */
  public SecretText csrf(SecretText value, SecretText sessionToken) {
    try (SecretBytes message = SecretBytes
        .taking(("csrf\n" + value.expose() + "\n" + sessionToken.expose()).getBytes(StandardCharsets.UTF_8))) {
      return SecretText
          .of(Base64.getUrlEncoder().withoutPadding().encodeToString(keys.hash(HashPurpose.BROWSER, message.expose())));
    }
  }

  /** Refuses a state-changing request without the right origin. */
  public void requireSameOrigin(HttpRequest<?> request) {
    String site = request.getHeaders().get("Sec-Fetch-Site");
    List<String> origins = request.getHeaders().getAll("Origin");
    boolean same = origins.size() == 1 && origins.getFirst().equals(origin.toString())
        && (site == null || site.equals("same-origin"));
    if (!same) {
      throw refused(ErrorCode.CROSS_SITE);
    }
  }

  /** Refuses a request without binding or without the CSRF token that belongs to it; returns the binding. */
  public SecretText require(HttpRequest<?> request, SecretText sessionToken, @Nullable SecretText csrf) {
    requireSameOrigin(request);
    SecretText value = read(request).orElseThrow(() -> refused(ErrorCode.BROWSER_MISMATCH));
    if (csrf == null || !csrf(value, sessionToken).equals(csrf)) {
      throw refused(ErrorCode.CROSS_SITE);
    }
    return value;
  }

  /** Counts in the store's own log: nothing that such a request says may lead to a workspace's. */
  private ProblemException refused(ErrorCode code) {
    refusals.count(Database.STORE, code.code(), null);
    return new ProblemException(code);
  }
}
