package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.CodeVerifier;

/** The contract's calls that the sample application needs, over real HTTP, with the checks that protect a finish. */
final class StandInProxy implements AutoCloseable {

  /** What a browser would bring back from the hosted page. */
  static final String FINISH_CODE = "finish-code";

  private record Session(String endUser, String challenge, String returnUrl) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<String, String> ownerByConnection = new LinkedHashMap<>();
  private final List<String> finishBodies = new ArrayList<>();
  private final List<String> reconnects = new ArrayList<>();
  private final List<String> askedAbout = new ArrayList<>();

  StandInProxy() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  Authpipe client() {
    return Authpipe.at(address(), new ApiKey("ap_sk_test")).build();
  }

  /** The account page of the provider, which the same server plays. */
  URI profileAddress() {
    return address().resolve("/provider/me");
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  synchronized List<String> finishBodies() {
    return List.copyOf(finishBodies);
  }

  /** The connections that were to be connected again; an empty text for each new one. */
  synchronized List<String> reconnects() {
    return List.copyOf(reconnects);
  }

  /** The objects whose events were asked for. */
  synchronized List<String> askedAbout() {
    return List.copyOf(askedAbout);
  }

  synchronized List<String> returnUrls() {
    return sessions.values().stream().map(Session::returnUrl).toList();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String action = exchange.getRequestMethod() + " " + path.replaceAll("(cs|conn)_[a-z0-9]+", "*");
    List<String> segments = List.of(path.split("/", -1));
    String id = segments.size() > 3 ? segments.get(3) : "";
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (action) {
      case "POST /v1/connect-sessions" -> start(exchange, JSON.readTree(body));
      case "GET /v1/connect-sessions/*" -> reply(exchange, 200, Map.of("id", id, "status", "pending", "reason", "access_denied"));
      case "GET /v1/audit-events" -> events(exchange);
      case "POST /v1/connect-sessions/*/finish" -> finish(exchange, id, body);
      case "GET /v1/connections" -> list(exchange);
      case "GET /v1/connections/*" -> one(exchange, id);
      case "GET /v1/connections/*/token" -> reply(exchange, 200, Map.of("access_token", "at-" + id, "token_type", "Bearer",
          "scopes", List.of(), "generation", 1));
      case "GET /provider/me" -> {
        boolean known = ownerByConnection.keySet().stream()
            .anyMatch(each -> ("Bearer at-" + each).equals(exchange.getRequestHeaders().getFirst("Authorization")));
        reply(exchange, known ? 200 : 401, Map.of("login", "ada"));
      }
      case "DELETE /v1/connections/*" -> {
        ownerByConnection.remove(id);
        reply(exchange, 200, Map.of("id", id, "status", "disconnected", "revocation", "confirmed", "purged", false));
      }
      case "GET /v1/proxy/*/issues" -> reply(exchange, 200, Map.of("issues", List.of(
          Map.of("number", 1, "title", "<b>Checkout</b> fails", "state", "open"),
          Map.of("number", 2, "title", "Typo in the welcome mail", "state", "closed"))));
      case "DELETE /v1/end-users/user_ada" -> {
        ownerByConnection.values().removeIf("user_ada"::equals);
        reply(exchange, 202, Map.of("erasure", Map.of("id", "era_1", "status", "running", "connections", List.of())));
      }
      default -> problem(exchange, 404, "not_found");
    }
  }

  private void start(HttpExchange exchange, JsonNode body) throws IOException {
    String id = "cs_" + (sessions.size() + 1);
    reconnects.add(body.path("connection_id").asText());
    sessions.put(id, new Session(
        body.at("/end_user/id").asText(), body.path("code_challenge").asText(), body.path("return_url").asText()));
    reply(exchange, 201, Map.of(
        "id", id, "session_token", "st-1", "connect_url", "http://127.0.0.1:1/connect#st-1",
        "expires_at", "2026-11-23T10:10:00Z"));
  }

  private void finish(HttpExchange exchange, String id, String text) throws IOException {
    finishBodies.add(text);
    JsonNode body = JSON.readTree(text);
    Session session = Objects.requireNonNull(sessions.get(id));
    boolean holds = session.challenge().equals(new CodeVerifier(body.path("code_verifier").asText()).challenge())
        && session.endUser().equals(body.path("end_user_id").asText())
        && FINISH_CODE.equals(body.path("finish_code").asText());
    if (!holds) {
      problem(exchange, 400, "verifier_mismatch");
      return;
    }
    String connection = "conn_" + (ownerByConnection.size() + 1);
    ownerByConnection.put(connection, session.endUser());
    reply(exchange, 200, Map.of("connection", describe(connection)));
  }

  /** Three events of each object that is asked for. */
  private void events(HttpExchange exchange) throws IOException {
    String object = exchange.getRequestURI().getQuery().replaceFirst(".*object=([a-z0-9_]+).*", "$1");
    askedAbout.add(object);
    List<String> types = object.startsWith("cs_")
        ? List.of("connect.finished", "connect.started", "connect.session_created")
        : List.of("connection.disconnected", "credential.called", "connection.created");
    List<Map<String, Object>> events = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      int sequence = 2 * (types.size() - i) + (object.startsWith("cs_") ? 0 : 3);
      events.add(Map.ofEntries(Map.entry("id", "evt_" + object + i), Map.entry("store", "vault"), Map.entry("workspace", "wks_1"),
          Map.entry("epoch", 0), Map.entry("seq", sequence), Map.entry("time", "2026-11-28T10:00:0" + i + ".000Z"),
          Map.entry("type", types.get(i)), Map.entry("actor", Map.of("kind", "api_key", "id", "key_1")),
          Map.entry("object", Map.of("kind", "connection", "id", object)), Map.entry("outcome", "success"),
          Map.entry("detail", Map.of())));
    }
    reply(exchange, 200, Map.of("data", events));
  }

  private void list(HttpExchange exchange) throws IOException {
    String endUser = exchange.getRequestHeaders().getFirst("Authpipe-End-User");
    reply(exchange, 200, Map.of("data", ownerByConnection.keySet().stream()
        .filter(id -> Objects.equals(endUser, ownerByConnection.get(id)))
        .map(this::describe).toList()));
  }

  private void one(HttpExchange exchange, String id) throws IOException {
    if (ownerByConnection.containsKey(id)) {
      reply(exchange, 200, describe(id));
    } else {
      problem(exchange, 404, "not_found");
    }
  }

  private Map<String, Object> describe(String id) {
    return Map.of("id", id, "integration", "sandbox", "end_user", Objects.requireNonNull(ownerByConnection.get(id)),
        "status", "active", "scopes", List.of("issues:read"));
  }

  private static void problem(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
    send(exchange, status, JSON.writeValueAsBytes(Map.of("status", status, "code", code, "detail", "no")));
  }

  private static void reply(HttpExchange exchange, int status, Object json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, JSON.writeValueAsBytes(json));
  }

  private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
