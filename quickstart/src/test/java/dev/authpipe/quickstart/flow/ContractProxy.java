package dev.authpipe.quickstart.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * The proxy's contract in memory, as far as the demonstration walks through it, against the real sandbox provider: so that the steps
 * themselves can be tested. It protects nothing.
 */
final class ContractProxy implements AutoCloseable {
  private static final String INTEGRATION = "int_1";

  private static final class Session {
    final String id;
    final String endUser;
    final String challenge;
    final String returnUrl;
    final CodeVerifier providerVerifier = new CodeVerifier("v".repeat(40) + UUID.randomUUID());
    String code = "";

    Session(String id, JsonNode request) {
      this.id = id;
      this.endUser = request.at("/end_user/id").asText();
      this.challenge = request.path("code_challenge").asText();
      this.returnUrl = request.path("return_url").asText();
    }
  }

  private static final class Credential {
    final String endUser;
    String accessToken = "";
    String refreshToken = "";
    Instant expiresAt = Instant.EPOCH;
    int generation;

    Credential(String endUser) {
      this.endUser = endUser;
    }
  }

  private final HttpServer api;
  private final HttpServer connect;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScriptedAuthorizationServer provider;
  private final RegisteredClient client;
  private final Clock clock;
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<String, @Nullable Credential> credentials = new LinkedHashMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> erased = new ArrayList<>();
  private final Map<String, UnaryOperator<Reply>> alterations = new ConcurrentHashMap<>();

  ContractProxy(ScriptedAuthorizationServer provider, Clock clock) throws IOException {
    this.provider = provider;
    this.clock = clock;
    this.api = serve(this::api);
    this.connect = serve(this::connect);
    this.client = registered();
  }

  private HttpServer serve(HttpHandler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> {
      try {
        handler.handle(exchange);
      } catch (RuntimeException e) {
        problem(exchange, 500, "internal_error");
      }
    });
    server.start();
    return server;
  }

  private RegisteredClient registered() {
    return provider.registerClient("Tasklight", connectAddress() + "/callback/" + INTEGRATION);
  }

  URI apiAddress() {
    return URI.create("http://127.0.0.1:" + api.getAddress().getPort());
  }

  URI connectAddress() {
    return URI.create("http://127.0.0.1:" + connect.getAddress().getPort());
  }

  /** What is about to be answered. */
  record Reply(int status, Headers headers, String body) {
    Reply status(int other) {
      return new Reply(other, headers, body);
    }

    Reply body(String other) {
      return new Reply(status, headers, other);
    }

    Reply header(String name, String value) {
      headers.set(name, value);
      return this;
    }

    Reply replaced(String pattern, String replacement) {
      headers.replaceAll((_, values) -> values.stream().map(each -> each.replaceAll(pattern, replacement)).toList());
      return body(body.replaceAll(pattern, replacement));
    }
  }

  /** Changes every answer to this action, such as {@code GET /v1/connections/*}; the action itself is done as ever. */
  void alter(String action, UnaryOperator<Reply> alteration) {
    alterations.merge(action, alteration, (first, second) -> reply -> second.apply(first.apply(reply)));
  }

  /** A call of the token endpoint that the contract does not know of; what it answers is of no interest. */
  void callTokenEndpoint(String grantType) {
    post(provider.tokenEndpoint(), Map.of("grant_type", grantType, "code", "none", "refresh_token", "none"));
  }

  /** A call of the provider's API with another credential than the connection's. */
  void callApiWithAnotherCredential() {
    ask(HttpRequest.newBuilder(URI.create(provider.apiBase() + "/me")).header("Authorization", "Bearer another"));
  }

  /** The access token of the newest connection that has one. */
  synchronized String accessToken() {
    return credentials.values().stream().filter(Objects::nonNull).reduce((_, last) -> last).orElseThrow().accessToken;
  }

  /** How a connection is; null: there is none. */
  synchronized @Nullable String status(String connection) {
    return credentials.containsKey(connection) ? String.valueOf(describe(connection).get("status")) : null;
  }

  private synchronized void connect(HttpExchange exchange) throws IOException {
    String body = body(exchange);
    switch (action(exchange)) {
      case "GET /connect" -> {
        exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        send(exchange, 200, "<!doctype html>");
      }
      case "POST /connect/session" -> json(exchange, 200, Map.of("application", "Tasklight", "end_user", "Ada Okafor",
          "csrf_token", "csrf", "integrations", List.of(Map.of("id", INTEGRATION, "provider", "Sandbox", "kind", "oauth"))));
      case "POST /connect/start" -> {
        Session session = session("cs_" + Json.read(body, "").path("session_token").asText());
        json(exchange, 200,
            Map.of("location", provider.authorizationEndpoint() + "?response_type=code&client_id=" + client.clientId()
                + "&redirect_uri=" + encode(connectAddress() + "/callback/" + INTEGRATION) + "&state="
                + session.id + "_".repeat(43) + "&code_challenge_method=S256&code_challenge="
                + session.providerVerifier.challenge()));
      }
      case "GET /callback/*" -> {
        Map<String, String> query = pairs(exchange.getRequestURI().getRawQuery());
        Session session = session(Objects.requireNonNull(query.get("state")).replaceAll("_+$", ""));
        session.code = Objects.requireNonNull(query.get("code"));
        exchange.getResponseHeaders().set("Location", session.returnUrl + "?session_id=" + session.id + "&finish_code=f1");
        send(exchange, 303, "");
      }
      default -> send(exchange, 404, "");
    }
  }

  private synchronized void api(HttpExchange exchange) throws IOException {
    String body = body(exchange);
    List<String> path = List.of(exchange.getRequestURI().getPath().split("/", -1));
    String id = path.size() > 3 ? path.get(3) : "";
    Credential credential = credentials.get(id);
    switch (action(exchange)) {
      case "POST /v1/connect-sessions" -> {
        Session session = new Session("cs_" + (sessions.size() + 1), Json.read(body, ""));
        sessions.put(session.id, session);
        String sessionToken = session.id.substring(3);
        json(exchange, 201, Map.of("id", session.id, "session_token", sessionToken, "connect_url",
            connectAddress() + "/connect#" + sessionToken, "expires_at", clock.instant().toString()));
      }
      case "POST /v1/connect-sessions/*/finish" -> finish(exchange, session(id), Json.read(body, ""));
      case "GET /v1/connections" ->
        json(exchange, 200, Map.of("data", credentials.keySet().stream().map(this::describe).toList()));
      case "GET /v1/connections/*" -> {
        if (credentials.containsKey(id)) {
          json(exchange, 200, describe(id));
        } else {
          problem(exchange, 404, "not_found");
        }
      }
      case "DELETE /v1/connections/*" -> {
        revoke(Objects.requireNonNull(credential));
        credentials.put(id, null);
        events.add("connection.disconnected");
        json(exchange, 200, Map.of("id", id, "status", "disconnected", "revocation", "confirmed", "purged", false));
      }
      case "GET /v1/connections/*/token" -> {
        fresh(Objects.requireNonNull(credential), false);
        json(exchange, 200, Map.of("access_token", credential.accessToken, "token_type", "Bearer", "expires_at",
            credential.expiresAt.toString(), "scopes", List.of(), "generation", credential.generation));
      }
      case "POST /v1/connections/*/refresh" -> {
        fresh(Objects.requireNonNull(credential), true);
        json(exchange, 200, Map.of("outcome", "refreshed", "generation", credential.generation));
      }
      case "GET /v1/proxy/*/me", "GET /v1/proxy/*/issues" -> forward(exchange, credential, path.getLast());
      case "DELETE /v1/end-users/user_ada" -> {
        erased.clear();
        for (Map.Entry<String, @Nullable Credential> each : credentials.entrySet()) {
          if (each.getValue() != null) {
            revoke(each.getValue());
          }
          erased.add(each.getKey());
        }
        credentials.clear();
        events.add("erasure.completed");
        json(exchange, 202, Map.of("erasure", receipt()));
      }
      case "GET /v1/erasures/*" -> json(exchange, 200, Map.of("erasure", receipt()));
      case "GET /v1/audit-events" ->
        json(exchange, 200, Map.of("data", events.stream().map(type -> Map.of("type", type)).toList()));
      default -> problem(exchange, 404, "not_found");
    }
  }

  private Map<String, Object> receipt() {
    return Map.of("id", "era_1", "status", "completed", "connections",
        erased.stream().map(id -> Map.of("id", id, "outcome", "revoked")).toList());
  }

  private void finish(HttpExchange exchange, Session session, JsonNode request) throws IOException {
    if (!new CodeVerifier(request.path("code_verifier").asText()).challenge().equals(session.challenge)) {
      problem(exchange, 400, "verifier_mismatch");
      return;
    }
    Credential credential = new Credential(session.endUser);
    boolean done = grant(credential, Map.of("grant_type", "authorization_code", "code", session.code, "redirect_uri",
        connectAddress() + "/callback/" + INTEGRATION, "code_verifier", session.providerVerifier.reveal()));
    if (!done) {
      problem(exchange, 502, "provider_answer_invalid");
      return;
    }
    String id = "conn_" + (sessions.size() + 10);
    credentials.put(id, credential);
    events.add("connection.created");
    json(exchange, 200, Map.of("connection", describe(id)));
  }

  private Map<String, Object> describe(String id) {
    Credential credential = credentials.get(id);
    return Map.of("id", id, "integration", "sandbox", "provider", "sandbox", "end_user",
        credential == null ? "user_ada" : credential.endUser, "status", credential == null ? "disconnected" : "active");
  }

  private void fresh(Credential credential, boolean forced) {
    if (forced || !credential.expiresAt.isAfter(clock.instant())) {
      grant(credential, Map.of("grant_type", "refresh_token", "refresh_token", credential.refreshToken));
      events.add("refresh.succeeded");
    }
  }

  private void forward(HttpExchange exchange, @Nullable Credential credential, String resource) throws IOException {
    if (credential == null) {
      exchange.getResponseHeaders().set("Authpipe-Error", "disconnected");
      problem(exchange, 424, "disconnected");
      return;
    }
    HttpResponse<String> answer = ask(HttpRequest.newBuilder(URI.create(provider.apiBase() + "/" + resource))
        .header("Authorization", "Bearer " + credential.accessToken));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, answer.statusCode(), answer.body());
  }

  private boolean grant(Credential credential, Map<String, String> form) {
    HttpResponse<String> answer = post(provider.tokenEndpoint(), form);
    JsonNode json = answer.statusCode() == 200 ? Json.read(answer.body(), "the provider") : null;
    if (json == null || !json.path("access_token").isTextual()) {
      return false;
    }
    credential.accessToken = json.path("access_token").asText();
    credential.refreshToken = json.path("refresh_token").asText(credential.refreshToken);
    credential.expiresAt = clock.instant().plusSeconds(json.path("expires_in").asLong());
    credential.generation++;
    return true;
  }

  private void revoke(Credential credential) {
    post(provider.revocationEndpoint(), Map.of("token", credential.refreshToken));
  }

  private HttpResponse<String> post(URI address, Map<String, String> form) {
    String clientSecret = client.authentication() instanceof ClientAuthentication.Basic(var secret) ? secret.reveal() : "";
    String basic = Base64.getEncoder()
        .encodeToString((client.clientId() + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
    return ask(HttpRequest.newBuilder(address).header("Authorization", "Basic " + basic)
        .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form.entrySet()
            .stream().map(each -> each.getKey() + "=" + encode(each.getValue())).collect(Collectors.joining("&")))));
  }

  private HttpResponse<String> ask(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Session session(String id) {
    return Objects.requireNonNull(sessions.get(id), id);
  }

  private static String action(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath().replaceAll("(?<=/)(cs|conn|era|int)_\\w+", "*");
    return exchange.getRequestMethod() + " " + path;
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Map<String, String> pairs(String query) {
    return Arrays.stream(query.split("&", -1)).map(pair -> pair.split("=", 2)).collect(Collectors.toMap(pair -> pair[0],
        pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void problem(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
    send(exchange, status, Json.write(Map.of("status", status, "code", code)));
  }

  private void json(HttpExchange exchange, int status, Object value) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, Json.write(value));
  }

  private void send(HttpExchange exchange, int status, String text) throws IOException {
    Reply reply = alterations.getOrDefault(action(exchange), UnaryOperator.identity())
        .apply(new Reply(status, exchange.getResponseHeaders(), text));
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    api.stop(0);
    connect.stop(0);
    threads.close();
    http.close();
  }
}
