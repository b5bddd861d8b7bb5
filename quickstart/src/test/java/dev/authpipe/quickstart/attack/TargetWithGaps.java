package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * A small application, connect page and provider of one's own making, with every protection but those it is told to lack. Everything in
 * memory, one request at a time.
 */
final class TargetWithGaps implements AutoCloseable {
  private static final String COOKIE = "binding";
  /** By what the application calls them, the usual one first. */
  private static final Map<String, String> INTEGRATIONS = new LinkedHashMap<>();

  static {
    INTEGRATIONS.put("slug", "int_0abc");
    INTEGRATIONS.put("other", "int_1abc");
  }

  private static final class Session {
    final String token = random();
    final String login;
    final String returnUrl;
    final String integration;
    final int begunAt;
    final String state = random();
    @Nullable
    String binding;
    @Nullable
    String code;
    @Nullable
    String finishCode;
    boolean answered;
    int answeredAt;
    boolean finished;
    int looks;

    Session(String login, String returnUrl, String integration, int begunAt) {
      this.login = login;
      this.returnUrl = returnUrl;
      this.integration = integration;
      this.begunAt = begunAt;
    }
  }

  private final Set<Gap> gaps;
  private final Replies replies;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final HttpServer application;
  private final HttpServer connect;
  private final HttpServer provider;
  private final Map<String, String> logins = new LinkedHashMap<>();
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<String, String> codes = new LinkedHashMap<>();
  private final Map<String, String> connections = new LinkedHashMap<>();

  /** How often two hours have passed. */
  private int time;

  TargetWithGaps(Gap... gaps) throws IOException {
    this.gaps = gaps.length == 0 ? EnumSet.noneOf(Gap.class) : EnumSet.copyOf(List.of(gaps));
    this.replies = new Replies(this.gaps);
    this.application = server(this::application);
    this.connect = server(this::connect);
    this.provider = server(this::provider);
  }

  private HttpServer server(HttpHandler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0), 200);
    server.setExecutor(thread);
    server.createContext("/", exchange -> {
      try (exchange) {
        handler.handle(exchange);
      }
    });
    server.start();
    return server;
  }

  private static String origin(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  URI address() {
    return URI.create(origin(application));
  }

  private boolean lacks(Gap gap) {
    return gaps.contains(gap);
  }

  private void application(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/")) {
      replies.page(exchange, "<h1>Application</h1>");
    } else if (path.equals("/connected")) {
      replies.page(exchange,
          """
              <script>const p = new URLSearchParams(location.search); history.replaceState(null, '', location.pathname);
              fetch('/api/connect/finish', {method: 'POST', body: JSON.stringify({session_id: p.get('session_id'), finish_code: p.get('finish_code')})});
              window.opener?.postMessage('connected', '*');</script>""");
    } else if (!exchange.getRequestMethod().equals("GET") && isForeign(exchange, application)) {
      replies.answer(exchange, 403, Map.of("code", "wrong_origin"));
    } else {
      api(exchange, path);
    }
  }

  private boolean isForeign(HttpExchange exchange, HttpServer server) {
    return !lacks(Gap.ANY_ORIGIN) && !origin(server).equals(exchange.getRequestHeaders().getFirst("Origin"));
  }

  private void api(HttpExchange exchange, String path) throws IOException {
    JsonNode body = Json.read(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    if (path.equals("/api/sign-in")) {
      String login = random();
      logins.put(login, body.path("person").asText());
      exchange.getResponseHeaders().set("Set-Cookie", "login=" + login + "; Path=/; HttpOnly; SameSite=Lax");
      replies.answer(exchange, 200, true);
      return;
    }
    Session named = sessions.get(body.path("session_id").asText());
    String login = lacks(Gap.FOR_WHO_STARTED) && named != null ? named.login : Replies.cookie(exchange, "login");
    String user = logins.get(login);
    if (user == null) {
      replies.answer(exchange, path.equals("/api/overview") ? 200 : 401, Map.of("signed_in", false));
    } else if (path.equals("/api/overview")) {
      replies.answer(exchange, 200, Map.of("signed_in", true, "name", user, "integrations",
          List.copyOf(INTEGRATIONS.keySet()), "connections", connections.entrySet().stream()
              .filter(one -> one.getValue().equals(user)).map(one -> Map.of("id", one.getKey(), "integration", "slug"))
              .toList()));
    } else if (path.equals("/api/connect")) {
      String wanted = body.path("return_url").asText();
      String id = random();
      Session session = new Session(login,
          lacks(Gap.ANY_RETURN) && !wanted.isEmpty() ? wanted : origin(application) + "/connected",
          Objects.requireNonNull(INTEGRATIONS.get(body.path("integration").asText("slug"))), time);
      sessions.put(id, session);
      replies.answer(exchange, 200, Map.of("session_id", id, "connect_url",
          origin(connect) + "/connect" + (lacks(Gap.GET_CONSUMES) ? "?token=" : "#") + session.token));
    } else if (path.equals("/api/try/time")) {
      time++;
      replies.answer(exchange, 200, true);
    } else if (path.equals("/api/connect/finish")) {
      finish(exchange, user, login, body);
    } else if (path.startsWith("/api/connect/")) {
      Session session = sessions.get(path.substring("/api/connect/".length()));
      String code = session == null || !lacks(Gap.CODE_IN_STATUS) ? null : session.finishCode;
      replies.answer(exchange, 200,
          code == null ? Map.of("status", "pending") : Map.of("status", "authorized", "finish_code", code));
    } else {
      connections.remove(path.substring(path.lastIndexOf('/') + 1), user);
      replies.answer(exchange, 200, true);
    }
  }

  private void finish(HttpExchange exchange, String user, String login, JsonNode body) throws IOException {
    Session session = sessions.get(body.path("session_id").asText());
    if (session == null) {
      replies.answer(exchange, 404, Map.of("code", "not_found"));
      return;
    }
    boolean rightCode = Objects.equals(session.finishCode, body.path("finish_code").asText());
    boolean once = lacks(Gap.FINISH_REPEATS) || (!session.finished && rightCode);
    boolean inTime = lacks(Gap.OLD_FINISH_CODE) || session.answeredAt == time;
    boolean sameLogin = lacks(Gap.NO_LOGIN) || session.login.equals(login);
    boolean ownGrant = lacks(Gap.ANY_CODE) || session.state.equals(codes.get(session.code));
    if (!once || !inTime || !sameLogin || !ownGrant || lacks(Gap.NO_FINISH)) {
      replies.answer(exchange, 400, Map.of("code", "refused"));
      return;
    }
    session.finished = true;
    String id = random();
    connections.put(id, user);
    replies.answer(exchange, 200, Map.of("id", id));
  }

  private void connect(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    if (path.startsWith("/callback/")) {
      callback(exchange, Addresses.lastSegment(exchange.getRequestURI()));
    } else if (path.equals("/connect")) {
      sessions.values().stream().filter(one -> query.contains(one.token)).forEach(one -> one.looks++);
      replies.page(exchange,
          """
              <main><form><button type=submit disabled>Go on</button></form></main>
              <script>const token = location.hash.slice(1) || new URLSearchParams(location.search).get('token');
              const post = (path, body) => fetch('/connect/' + path, {method: 'POST', body: JSON.stringify(body)}).then(a => a.json());
              window.opener?.postMessage('here', '*');
              if (!location.search) history.replaceState(null, '', location.pathname);
              post('session', {session_token: token}).then(view => { const form = document.querySelector('form');
              form.onsubmit = event => { event.preventDefault(); post('start', {session_token: token, csrf_token: view.csrf_token})
              .then(next => { location.href = next.location; }); }; form.firstChild.disabled = false;
              if (!view.csrf_token) form.role = 'alert'; });</script>""");
    } else if (isForeign(exchange, connect)) {
      replies.answer(exchange, 403, Map.of("code", "cross_site"));
    } else {
      step(exchange, path, Json.read(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    }
  }

  private void step(HttpExchange exchange, String path, JsonNode body) throws IOException {
    Session session = sessions.values().stream().filter(one -> one.token.equals(body.path("session_token").asText())).findFirst()
        .orElse(null);
    String binding = Replies.cookie(exchange, COOKIE);
    if (session == null || (lacks(Gap.GET_CONSUMES) && session.looks > 1)) {
      replies.answer(exchange, 404, Map.of("code", "session_invalid"));
    } else if (path.equals("/connect/session")) {
      String value = binding.isEmpty() ? random() : binding;
      exchange.getResponseHeaders().set("Set-Cookie", COOKIE + "=" + value + "; Path=/; HttpOnly; SameSite=Lax");
      replies.answer(exchange, 200, Map.of("csrf_token", "csrf" + value, "cancel_url", session.returnUrl, "integrations",
          List.of(Map.of("id", session.integration))));
    } else if (!lacks(Gap.NO_CSRF) && !body.path("csrf_token").asText().equals("csrf" + binding)) {
      replies.answer(exchange, 403, Map.of("code", "cross_site"));
    } else {
      session.binding = binding;
      replies.answer(exchange, 200, Map.of("location", origin(provider) + "/authorize?state=" + session.state));
    }
  }

  private void callback(HttpExchange exchange, String path) throws IOException {
    URI address = exchange.getRequestURI();
    String state = Addresses.parameter(URI.create(origin(connect) + address), "state").orElse("");
    String issuer = Addresses.parameter(URI.create(origin(connect) + address), "iss").orElse("");
    Session session = sessions.values().stream().filter(one -> one.state.equals(state)).findFirst()
        .orElse(lacks(Gap.ANY_STATE) && !sessions.isEmpty() ? List.copyOf(sessions.values()).getLast() : null);
    boolean wellFormed = lacks(Gap.ANY_STATE) || address.getRawQuery().split("state=", -1).length == 2;
    boolean firstTime = session != null && (lacks(Gap.STATE_REUSED) || !session.answered);
    boolean inTime = session != null && (lacks(Gap.OLD_STATE) || session.begunAt == time);
    boolean rightPath = session != null && (lacks(Gap.ANY_PATH) || path.equals(session.integration)
        || (lacks(Gap.ANY_INTEGRATION) && INTEGRATIONS.containsValue(path)));
    boolean rightIssuer = lacks(Gap.NO_ISSUER) || issuer.equals(origin(provider));
    boolean sameBrowser = session != null
        && (lacks(Gap.NO_BINDING) || Objects.equals(session.binding, Replies.cookie(exchange, COOKIE)));
    if (session == null || !wellFormed || !firstTime || !inTime || !rightPath || !rightIssuer || !sameBrowser) {
      replies.page(exchange, "<code>refused</code>", 400);
      return;
    }
    session.answered = true;
    session.answeredAt = time;
    session.finishCode = random();
    session.code = Addresses.parameter(URI.create(origin(connect) + address), "code").orElse("");
    String id = sessions.entrySet().stream().filter(one -> one.getValue() == session).findFirst().orElseThrow().getKey();
    replies.redirect(exchange, session.returnUrl + "?session_id=" + id + "&finish_code=" + session.finishCode);
  }

  private void provider(HttpExchange exchange) throws IOException {
    URI address = URI.create(origin(provider) + exchange.getRequestURI());
    String state = Addresses.parameter(address, "state").orElse("");
    if (exchange.getRequestMethod().equals("GET")) {
      replies.page(exchange,
          "<form method=post action='/authorize?state=" + state + "'><button name=decision value=allow>Allow</button></form>");
      return;
    }
    String code = random();
    codes.put(code, state);
    String integration = sessions.values().stream().filter(one -> one.state.equals(state)).findFirst().orElseThrow().integration;
    replies.redirect(exchange,
        origin(connect) + "/callback/" + integration + "?code=" + code + "&state=" + state + "&iss=" + origin(provider));
  }

  private static String random() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  @Override
  public void close() {
    application.stop(0);
    connect.stop(0);
    provider.stop(0);
    thread.shutdownNow();
  }
}
