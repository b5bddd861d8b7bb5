package dev.authpipe.testkit.sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.authpipe.testkit.ConcealedText;

/** A client of the sandbox provider, as small as the tests of the provider need it. The PKCE pair is the one of RFC 7636, appendix B. */
final class TestClient implements AutoCloseable {

  static final String REDIRECT_URI = "https://app.example.com/callback";
  static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private final ScriptedAuthorizationServer server;
  private final RegisteredClient client;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(5)).build();

  TestClient(ScriptedAuthorizationServer server) {
    this.server = server;
    this.client = server.registerClient("Acme Notes", REDIRECT_URI);
  }

  RegisteredClient registration() {
    return client;
  }

  /** The callback's parameters, raw values decoded. */
  Map<String, String> authorize(String... changes) {
    var query = new LinkedHashMap<>(
        Map.of("response_type", "code", "client_id", client.clientId(), "redirect_uri", REDIRECT_URI, "state", "st/ate+1",
            "scope", "issues:read issues:write", "code_challenge", CHALLENGE, "code_challenge_method", "S256"));
    for (var i = 0; i < changes.length; i += 2) {
      query.put(changes[i], changes[i + 1]);
    }
    var answer = get(URI.create(server.authorizationEndpoint() + "?" + encode(query)));
    return answer.headers().firstValue("Location").map(location -> decode(URI.create(location).getRawQuery())).orElse(Map.of());
  }

  /** The code of a fresh consent. */
  String code() {
    return Objects.requireNonNull(authorize().get("code"));
  }

  HttpResponse<String> exchange(String authorizationCode, String verifier) {
    return token(Map.of("grant_type", "authorization_code", "code", authorizationCode, "redirect_uri", REDIRECT_URI,
        "code_verifier", verifier));
  }

  HttpResponse<String> refresh(String refreshing) {
    return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshing));
  }

  /** Authorizes, exchanges and hands out the parsed answer. */
  com.fasterxml.jackson.databind.JsonNode connect() {
    return json(exchange(code(), VERIFIER));
  }

  HttpResponse<String> token(Map<String, String> form) {
    return post(server.tokenEndpoint(), form);
  }

  HttpResponse<String> post(URI endpoint, Map<String, String> form) {
    var secret = ((ClientAuthentication.Basic) client.authentication()).clientSecret();
    var basic = Base64.getEncoder().encodeToString((client.clientId() + ":" + secret.reveal()).getBytes(StandardCharsets.UTF_8));
    return send(HttpRequest.newBuilder(endpoint).header("Authorization", "Basic " + basic)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(encode(form))));
  }

  HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri));
  }

  HttpResponse<String> api(String pathAndQuery, String bearer) {
    return send(HttpRequest.newBuilder(URI.create(server.apiBase() + pathAndQuery)).header("Authorization", "Bearer " + bearer));
  }

  HttpResponse<String> api(String pathAndQuery, ConcealedText bearer) {
    return api(pathAndQuery, bearer.reveal());
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static com.fasterxml.jackson.databind.JsonNode json(HttpResponse<String> answer) {
    try {
      return Json.read(answer.body());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static String encode(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> decode(String query) {
    var decoded = new LinkedHashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      var equals = pair.indexOf('=');
      decoded.put(pair.substring(0, equals), java.net.URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return decoded;
  }

  /** Breaks off every call in hand. */
  void abandon() {
    http.shutdownNow();
  }

  @Override
  public void close() {
    http.close();
  }
}
