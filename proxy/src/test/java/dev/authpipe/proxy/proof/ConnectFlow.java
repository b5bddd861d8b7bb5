package dev.authpipe.proxy.proof;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/**
 * One end user's way through the connect flow, step by step, as application, browser and provider walk it. A test may leave the way between
 * two steps. Each flow comes from an address of its own, as people do: limits per address are not what most tests are about.
 */
public final class ConnectFlow implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ContractClient application;
  private final URI connectListener;
  private final String endUser;
  private final String verifier = random();
  private final BrowserLike browser = BrowserLike.fresh();
  private final Map<String, String> place = Map.of("X-Forwarded-For", "203.0.113." + RANDOM.nextInt(256));
  private JsonNode session = JSON.missingNode();
  private JsonNode view = JSON.missingNode();
  private String finishCode = "";

  /** @param connectListener where the browser goes */
  public ConnectFlow(ContractClient application, URI connectListener, String endUser) {
    this.application = application;
    this.connectListener = connectListener;
    this.endUser = endUser;
  }

  /** The members of a request for a session, to be changed by a test. */
  public Map<String, Object> sessionRequest(String integration) {
    Map<String, Object> body = new HashMap<>();
    body.put("end_user", Map.of("id", endUser));
    body.put("integrations", List.of(integration));
    body.put("return_url", ProofDeployment.RETURN_URL);
    body.put("code_challenge", challenge(verifier));
    body.put("code_challenge_method", "S256");
    return body;
  }

  /** The application makes the session. */
  public ContractAnswer create(Map<String, Object> request) {
    ContractAnswer answer = application.send("POST", "/v1/connect-sessions", request);
    if (answer.status() / 100 == 2) {
      session = answer.json();
    }
    return answer;
  }

  /** The application made the session by other means, with this flow's verifier. */
  ConnectFlow opened(JsonNode made) {
    session = made;
    return this;
  }

  /** The application makes the session, and the browser opens the hosted page. */
  public ConnectFlow begin(String integration) {
    create(sessionRequest(integration)).expect(201);
    return open();
  }

  /** The browser opens the hosted page, whose script trades the session token for a binding. */
  public ConnectFlow open() {
    Page page = post("/connect/session", Map.of("session_token", sessionToken()));
    if (page.status() != 200) {
      throw new AssertionError("the hosted page did not open: " + page + " " + page.body());
    }
    view = read(page);
    return this;
  }

  /** The hosted page's start, answered with the provider's address. */
  public Page start() {
    return post("/connect/start", choice(Map.of()));
  }

  /** The hosted page's entry of a key. */
  public Page enter(String apiKey) {
    return post("/connect/key", choice(Map.of("key", apiKey)));
  }

  /** The browser goes to the provider and comes back to the callback, up to the return URL or the page where it ends. */
  public Page authorize() {
    Page started = start();
    if (started.status() != 200) {
      throw new AssertionError("the hosted page did not start: " + started + " " + started.body());
    }
    return follow(URI.create(read(started).path("location").asText()));
  }

  /** Follows redirects until the return URL, and keeps the finish code. */
  public Page follow(URI address) {
    Page page = browser.openUntil(address, uri -> uri.toString().startsWith(ProofDeployment.RETURN_URL));
    page.stoppedAt().flatMap(uri -> parameter(uri, "finish_code")).ifPresent(code -> finishCode = code);
    return page;
  }

  /** Keeps the finish code of a return address. */
  public void returnedTo(URI returnAddress) {
    finishCode = parameter(returnAddress, "finish_code").orElse("");
  }

  /** The application finishes. */
  public ContractAnswer finish() {
    return finish(finishRequest());
  }

  /** The application finishes with a body of the test's choice. */
  public ContractAnswer finish(Map<String, Object> request) {
    return application.send("POST", "/v1/connect-sessions/" + sessionId() + "/finish", request);
  }

  /** The members of a finish, to be changed by a test. */
  public Map<String, Object> finishRequest() {
    Map<String, Object> body = new HashMap<>();
    body.put("finish_code", finishCode);
    body.put("code_verifier", verifier);
    body.put("end_user_id", endUser);
    return body;
  }

  /** Walks the whole way and returns the connection's id. */
  public String connect(String integration) {
    begin(integration);
    Page end = authorize();
    if (finishCode.isEmpty()) {
      throw new AssertionError("the browser did not come back: " + end + " " + end.text());
    }
    return finish().expect(200).json().at("/connection/id").asText();
  }

  /** Walks the whole way with a key and returns the connection's id. */
  public String connectWithKey(String integration, String apiKey) {
    begin(integration);
    Page entered = enter(apiKey);
    returnedTo(URI.create(read(entered).path("location").asText()));
    return finish().expect(200).json().at("/connection/id").asText();
  }

  /** A request as the hosted page's script makes it. */
  public Page post(String path, Map<String, Object> body) {
    return post(path, body, URI.create(connectListener + "/connect"));
  }

  /** The same request from a page of the test's choice. */
  Page post(String path, Map<String, Object> body, URI page) {
    try {
      return browser.fetchJson("POST", URI.create(connectListener + path), JSON.writeValueAsString(body), page, place);
    } catch (com.fasterxml.jackson.core.JsonProcessingException failure) {
      throw new IllegalStateException("not JSON", failure);
    }
  }

  /** The body of a start, with more members. */
  public Map<String, Object> choice(Map<String, Object> more) {
    Map<String, Object> body = new HashMap<>();
    body.put("session_token", sessionToken());
    body.put("csrf_token", view.path("csrf_token").asText());
    body.put("integration", view.at("/integrations/0/id").asText());
    body.put("fields", Map.of());
    body.putAll(more);
    return body;
  }

  public BrowserLike browser() {
    return browser;
  }

  public String sessionId() {
    return session.path("id").asText();
  }

  public String sessionToken() {
    return session.path("session_token").asText();
  }

  public String verifier() {
    return verifier;
  }

  public String finishCode() {
    return finishCode;
  }

  @Override
  public void close() {
    browser.close();
  }

  /** A page's body as JSON. */
  public static JsonNode read(Page page) {
    try {
      return JSON.readTree(page.body());
    } catch (com.fasterxml.jackson.core.JsonProcessingException failure) {
      throw new AssertionError("not JSON: " + page, failure);
    }
  }

  /** 256 random bits in base64url. */
  static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** S256 (RFC 7636 section 4.2). */
  static String challenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static Optional<String> parameter(URI uri, String name) {
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    return List.of(query.split("&", -1)).stream().filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1)).findFirst();
  }
}
