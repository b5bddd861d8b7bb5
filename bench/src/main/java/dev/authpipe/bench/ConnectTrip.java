package dev.authpipe.bench;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/** The whole connect flow, as application, browser and provider walk it. */
final class ConnectTrip {
  static final String RETURN_URL = "https://app.example.com/connected";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Api api;
  private final URI connectListener;
  private final SSLContext trust;

  ConnectTrip(Api api, URI connectListener, SSLContext trust) {
    this.api = api;
    this.connectListener = connectListener;
    this.trust = trust;
  }

  /** Connects an end user who is new; the connection's id. */
  String walk(String integration) {
    String verifier = random();
    String endUser = "user-" + random().substring(0, 12);
    JsonNode session = api.ask("POST", "/v1/connect-sessions", Map.of("end_user", Map.of("id", endUser), "integrations",
        List.of(integration), "return_url", RETURN_URL, "code_challenge", challenge(verifier), "code_challenge_method", "S256"));
    try (BrowserLike browser = BrowserLike.trusting(trust, somewhere())) {
      String token = session.path("session_token").asText();
      JsonNode view = post(browser, "/connect/session", Map.of("session_token", token));
      JsonNode started = post(browser, "/connect/start", Map.of("session_token", token, "csrf_token",
          view.path("csrf_token").asText(), "integration", view.at("/integrations/0/id").asText(), "fields", Map.of()));
      Page end = browser.openUntil(URI.create(started.path("location").asText()), uri -> uri.toString().startsWith(RETURN_URL));
      URI back = end.stoppedAt().orElseThrow(() -> new IllegalStateException("the browser did not come back: " + end.status()));
      return api.ask("POST", "/v1/connect-sessions/" + session.path("id").asText() + "/finish",
          Map.of("finish_code", parameter(back, "finish_code"), "code_verifier", verifier, "end_user_id", endUser))
          .at("/connection/id").asText();
    }
  }

  /** End users have an address each; limits go by it. */
  private static InetAddress somewhere() {
    byte[] address = {127, (byte) (1 + RANDOM.nextInt(254)), (byte) RANDOM.nextInt(256), (byte) (1 + RANDOM.nextInt(254))};
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private JsonNode post(BrowserLike browser, String path, Object body) {
    Page page = browser.fetchJson("POST", URI.create(connectListener + path), Api.write(body),
        URI.create(connectListener + "/connect"), Map.of());
    if (page.status() != 200) {
      throw new IllegalStateException(path + " was answered with " + page.status());
    }
    return Api.read(page.body());
  }

  private static String parameter(URI uri, String name) {
    return List.of(uri.getRawQuery().split("&", -1)).stream().filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1)).findFirst()
        .orElseThrow(() -> new IllegalStateException("the browser came back without a code"));
  }

  static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
