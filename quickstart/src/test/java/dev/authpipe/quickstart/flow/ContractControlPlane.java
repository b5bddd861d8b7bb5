package dev.authpipe.quickstart.flow;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import dev.authpipe.quickstart.flow.ContractProxy.Reply;
import dev.authpipe.sdk.value.ApiKey;

/**
 * The control plane's contract in memory, as far as the demonstration walks through it, together with what operators do at both planes: so
 * that the steps themselves can be tested. It protects nothing.
 */
final class ContractControlPlane implements Operators, AutoCloseable {
  static final String WORKSPACE = "wks_1";
  static final ApiKey KEY = new ApiKey("ap_sk_0000_canaryofthekey_000000");
  private static final String OTPAUTH = "otpauth://totp/x?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=x";
  private static final String BASE = "/api/v1/workspaces/*";

  private final HttpServer server;
  private final Function<String, @Nullable String> statusOfConnection;
  private final Map<String, UnaryOperator<Reply>> alterations = new ConcurrentHashMap<>();
  private final Map<String, String> wishes = new LinkedHashMap<>();
  private boolean enrolled;
  private boolean approved;
  private boolean secretSet;

  /** @param statusOfConnection how the proxy knows a connection; null: not at all */
  ContractControlPlane(Function<String, @Nullable String> statusOfConnection) throws IOException {
    this.statusOfConnection = statusOfConnection;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Changes every answer to this action, such as {@code GET /api/v1/workspaces/*}{@code /connections/*}. */
  void alter(String action, UnaryOperator<Reply> alteration) {
    alterations.merge(action, alteration, (first, second) -> reply -> second.apply(first.apply(reply)));
  }

  /** Changes every answer about something in the workspace. */
  void alterInWorkspace(String method, String path, UnaryOperator<Reply> alteration) {
    alter(method + " " + BASE + path, alteration);
  }

  @Override
  public synchronized String invite(String email) {
    return command("control-plane invite", "invitation");
  }

  @Override
  public synchronized String letter(String email) {
    return command("letter", "code");
  }

  @Override
  public synchronized String enrol(String enrolmentCode) {
    enrolled = true;
    return command("enrol", "dpl_1");
  }

  @Override
  public synchronized List<String> waiting() {
    String ids = command("approve", approved ? "" : "chg_1 chg_2 chg_3 chg_4 chg_5");
    return ids.isEmpty() ? List.of() : List.of(ids.split(" "));
  }

  @Override
  public synchronized Map<String, ApiKey> approve() {
    approved = true;
    Map<String, ApiKey> keys = new LinkedHashMap<>();
    for (String wish : wishes.keySet()) {
      keys.put(wish, new ApiKey(command("approve --all", KEY.reveal())));
    }
    return keys;
  }

  @Override
  public synchronized boolean setClientSecret(String integration, ApiKey operatorsKey) {
    secretSet = true;
    return command("client-secret", "true").equals("true");
  }

  /** What a command prints, or something else. */
  private String command(String name, String printed) {
    return alterations.getOrDefault(name, UnaryOperator.identity())
        .apply(new Reply(0, new Headers(), printed)).body();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    String action = exchange.getRequestMethod() + " "
        + path.replaceAll("(?<=/)(wks|conn|dpl)_\\w+", "*");
    String last = path.substring(path.lastIndexOf('/') + 1);
    switch (action) {
      case "GET /api/v1/csrf-token" -> answer(exchange, action, 200, Map.of("csrf_token", "csrf"));
      case "POST /api/v1/sign-up" -> answer(exchange, action, 200, Map.of("status", "verify_address"));
      case "POST /api/v1/verify", "POST /api/v1/sign-in/second-factor" ->
        answer(exchange, action, 200, Map.of("status", "signed_in"));
      case "POST /api/v1/sign-in" -> answer(exchange, action, 200, Map.of("status", "second_factor"));
      case "DELETE /api/v1/session" -> answer(exchange, action, 204, Map.of());
      case "POST /api/v1/me/totp" -> answer(exchange, action, 200, Map.of("otpauth_uri", OTPAUTH));
      case "POST /api/v1/me/totp/confirm" ->
        answer(exchange, action, 200, Map.of("recovery_codes", List.of("canary-recovery-1", "canary-recovery-2")));
      case "POST /api/v1/workspaces" -> answer(exchange, action, 201, Map.of("id", WORKSPACE));
      case "POST " + BASE + "/integrations" -> answer(exchange, action, 201, Map.of("id", "int_1"));
      case "PATCH " + BASE + "/integrations/sandbox" -> answer(exchange, action, 400, Map.of("code", "secret_refused"));
      case "GET " + BASE + "/integrations/sandbox", "GET " + BASE + "/integrations/sandbox-archive" ->
        integration(exchange, action);
      case "POST " + BASE + "/api-key-requests" -> {
        String id = "kreq_" + (wishes.size() + 1);
        wishes.put(id, body);
        answer(exchange, action, 201, Map.of("id", id, "status", "waiting"));
      }
      case "POST " + BASE + "/data-planes" ->
        answer(exchange, action, 201, Map.of("data_plane", Map.of("id", "dpl_1"), "enrolment_code", "ap_enrol_canary"));
      case "GET " + BASE + "/data-planes/*" -> answer(exchange, action, 200, Map.of("state", enrolled ? "online" : "created",
          "waiting_changes", approved ? 0 : 5, "feed_version", 3, "applied_version", 3));
      case "GET " + BASE + "/api-keys" -> answer(exchange, action, 200, Map.of("data",
          wishes.keySet().stream().map(wish -> Map.of("id", "key_1", "request_id", wish, "status", "active")).toList()));
      case "GET " + BASE + "/connections/*" -> connection(exchange, action, last);
      default -> answer(exchange, action, 404, Map.of("code", "not_found"));
    }
  }

  private void integration(HttpExchange exchange, String action) throws IOException {
    Map<String, Object> integration = new LinkedHashMap<>();
    integration.put("id", "int_1");
    integration.put("client_secret_since", secretSet ? "2026-01-01T00:00:00Z" : null);
    answer(exchange, action, 200, integration);
  }

  private void connection(HttpExchange exchange, String action, String id) throws IOException {
    String status = statusOfConnection.apply(id);
    if (status == null) {
      answer(exchange, action, 404, Map.of("code", "not_found"));
    } else {
      answer(exchange, action, 200, Map.of("id", id, "integration", "int_1", "status", status, "state", "active"));
    }
  }

  private void answer(HttpExchange exchange, String action, int status, Map<String, ?> body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    Reply reply = alterations.getOrDefault(action, UnaryOperator.identity())
        .apply(new Reply(status, exchange.getResponseHeaders(), body.isEmpty() ? "" : Json.write(body)));
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** What was asked for, as it was sent. */
  synchronized List<JsonNode> wishes() {
    return wishes.values().stream().map(text -> Json.read(text, "a wish")).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
