package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** A whole proxy on real PostgreSQL with the sandbox provider, two workspaces, and an application that does its part over real HTTP. */
final class ConnectStage implements AutoCloseable {
  static final URI SANDBOX = URI.create("https://sandbox.invalid");
  static final String RETURN_URL = "https://app.example.com/connected";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PROVIDERS = List.of("sandbox", "sandbox-grace", "sandbox-strict", "sandbox-installation",
      "regional", "tenancy");

  final EmbeddedDatabases.StoreSet stores;
  final AuthorizationServerSettings settings = new AuthorizationServerSettings(Clock.systemUTC());
  final ScriptedAuthorizationServer provider = ScriptedAuthorizationServer.start(settings);
  final RunningProxy proxy;
  final String apiKey;
  final String otherWorkspacesKey;
  private final HttpClient client = HttpClient.newHttpClient();
  private final SecureRandom random = new SecureRandom();
  private final Map<String, String> integrations = new HashMap<>();

  ConnectStage(Path directory) {
    this(directory, EmbeddedDatabases.shared());
  }

  /** One on another PostgreSQL than the one that tests share. */
  ConnectStage(Path directory, EmbeddedDatabases server) {
    this(directory, server, UnaryOperator.identity());
  }

  /** One with another way to its stores than the direct one. */
  ConnectStage(Path directory, EmbeddedDatabases server, UnaryOperator<String> jdbcUrl) {
    stores = server.create();
    ConcealedText clientSecret = ConcealedText.of("sbx_secret_" + "s".repeat(32));
    StringBuilder yaml = new StringBuilder("configuration:\n  provider_directory: %s\nworkspaces:\n"
        .formatted(Path.of("src/test/resources/connect-providers").toAbsolutePath()));
    for (String workspace : List.of("tasklight", "rival")) {
      yaml.append("  - name: ").append(workspace).append("\n    integrations:\n");
      for (String slug : PROVIDERS) {
        yaml.append(
            "      - {slug: %s, client_id: client_%s_%s, client_secret: {file: client-secret}, application_name: %s, scopes: [profile, 'issues:read'], return_urls: ['%s', 'http://127.0.0.1:9999/back?tab=1']}\n"
                .formatted(slug, workspace, slug, workspace, RETURN_URL));
      }
      yaml.append("      - {slug: sandbox-key, application_name: ").append(workspace).append(", return_urls: ['")
          .append(RETURN_URL)
          .append("']}\n");
    }
    proxy = RunningProxy.start(directory, stores, jdbcUrl, yaml.toString(), Map.of("client-secret", clientSecret.reveal()),
        Map.of(SANDBOX, URI.create(provider.issuer())));
    apiKey = proxy.apiKey("tasklight");
    otherWorkspacesKey = proxy.apiKey("rival");
    for (String workspace : List.of("tasklight", "rival")) {
      for (String slug : PROVIDERS) {
        String id = proxy.integration(workspace, slug);
        integrations.put(workspace + "/" + slug, id);
        provider.registerClient(new RegisteredClient("client_" + workspace + "_" + slug, workspace,
            new ClientAuthentication.Basic(clientSecret), Set.of(proxy.connect() + "/callback/" + id)));
      }
      integrations.put(workspace + "/sandbox-key", proxy.integration(workspace, "sandbox-key"));
    }
  }

  /** The {@code int_} id of an integration of the first workspace. */
  String integration(String slug) {
    return integration("tasklight", slug);
  }

  String integration(String workspace, String slug) {
    return java.util.Objects.requireNonNull(integrations.get(workspace + "/" + slug));
  }

  /** As if nothing had been scripted or counted. */
  void reset() {
    provider.script().clear();
    provider.forgetObservations();
    proxy.moveTicker(java.time.Duration.ofMinutes(5));
  }

  // The application's back end.

  StartedSession session(String endUser, String... slugs) {
    return session(endUser, body -> {}, slugs);
  }

  StartedSession session(String endUser, Consumer<ObjectNode> change, String... slugs) {
    String verifier = randomText();
    HttpResponse<String> answer = api("POST", "/v1/connect-sessions", sessionBody(endUser, verifier, change, slugs), apiKey);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    JsonNode json = json(answer.body());
    return new StartedSession(json.path("id").asText(), json.path("session_token").asText(),
        URI.create(json.path("connect_url").asText()),
        verifier, endUser);
  }

  static String sessionBody(String endUser, String verifier, Consumer<ObjectNode> change, String... slugs) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("end_user").put("id", endUser).put("display_name", "Ada <b>Okafor</b>");
    body.putPOJO("integrations", List.of(slugs));
    body.put("return_url", RETURN_URL).put("code_challenge", challenge(verifier)).put("code_challenge_method", "S256");
    change.accept(body);
    return body.toString();
  }

  HttpResponse<String> finish(StartedSession session, String finishCode) {
    return finish(session.id(), finishCode, session.verifier(), session.endUser(), apiKey);
  }

  HttpResponse<String> finish(String session, String finishCode, String verifier, String endUser, String key) {
    String body = JSON.createObjectNode().put("finish_code", finishCode).put("code_verifier", verifier)
        .put("end_user_id", endUser)
        .toString();
    return api("POST", "/v1/connect-sessions/" + session + "/finish", body, key);
  }

  JsonNode status(StartedSession session) {
    return json(api("GET", "/v1/connect-sessions/" + session.id(), null, apiKey).body());
  }

  HttpResponse<String> api(String method, String path, @Nullable String body, String key, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy.api() + path)).header("Authorization", "Bearer " + key)
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  // The end user's browser.

  HttpResponse<String> page(Browser browser, String path, ObjectNode body) {
    return browser.post(URI.create(proxy.connect() + path), body.toString(), proxy.connect().toString());
  }

  /** Opens the hosted page: trades the session token for the binding and what is shown. */
  JsonNode open(Browser browser, StartedSession session) {
    HttpResponse<String> answer = page(browser, "/connect/session", object().put("session_token", session.token()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  HttpResponse<String> start(Browser browser, StartedSession session, String slug, Map<String, String> fields) {
    JsonNode view = open(browser, session);
    ObjectNode body = object().put("session_token", session.token()).put("csrf_token", view.path("csrf_token").asText())
        .put("integration", integration(slug));
    body.set("fields", JSON.valueToTree(fields));
    return page(browser, "/connect/start", body);
  }

  /** Chooses an integration and goes to the provider, which consents: where the provider sends the browser. */
  URI callback(Browser browser, StartedSession session, String slug) {
    HttpResponse<String> started = start(browser, session, slug, Map.of());
    assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
    return Browser.location(browser.get(URI.create(json(started.body()).path("location").asText())));
  }

  /** The whole way of the browser; the finish code that arrives at the application. */
  String authorize(Browser browser, StartedSession session, String slug) {
    return finishCode(browser.get(callback(browser, session, slug)));
  }

  String finishCode(HttpResponse<String> returned) {
    assertThat(returned.statusCode()).as(returned.body()).isEqualTo(303);
    return value(Browser.location(returned), "finish_code");
  }

  /** Connects an account; the answer's connection. */
  JsonNode connect(String endUser, String slug) {
    try (Browser browser = new Browser()) {
      StartedSession session = session(endUser, slug);
      HttpResponse<String> finished = finish(session, authorize(browser, session, slug));
      assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
      return json(finished.body()).path("connection");
    }
  }

  // What happened.

  static String code(HttpResponse<String> problem) {
    assertThat(problem.body()).as("status %s, %s", problem.statusCode(), problem.headers().map()).contains("\"code\"");
    return json(problem.body()).path("code").asText();
  }

  static String pageCode(HttpResponse<String> page) {
    return page.headers().firstValue("Authpipe-Error").orElse("");
  }

  /** Bodies of the audit events about an object, oldest first. */
  List<JsonNode> events(String objectId) {
    return rows("select convert_from(body, 'UTF8') from audit_event where convert_from(body, 'UTF8') like '%\"" + objectId
        + "\"%' order by recorded_at, seq").stream()
        .map(ConnectStage::json).toList();
  }

  /** The reasons of the refusals and failures of a session, oldest first. */
  List<String> reasons(StartedSession session) {
    List<String> reasons = new ArrayList<>();
    for (JsonNode event : events(session.id())) {
      if (event.path("type").asText().matches("connect\\.(refused|failed|expired)")) {
        reasons.add(event.path("reason").asText());
      }
    }
    return reasons;
  }

  long connections() {
    return Long.parseLong(rows("select count(*)::text from connection").getFirst());
  }

  List<String> rows(String sql) {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      List<String> rows = new ArrayList<>();
      if (statement.execute(sql)) {
        ResultSet result = statement.getResultSet();
        while (result.next()) {
          rows.add(String.valueOf(result.getString(1)));
        }
      }
      return rows;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** One parameter of an address. */
  static String value(URI uri, String name) {
    return java.util.Objects.requireNonNull(query(uri).get(name), () -> "no " + name + " in " + uri);
  }

  static Map<String, String> query(URI uri) {
    Map<String, String> query = new HashMap<>();
    Arrays.stream(String.valueOf(uri.getRawQuery()).split("&")).forEach(pair -> {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], java.net.URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
    });
    return query;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new AssertionError("not JSON: " + text, notJson);
    }
  }

  String randomText() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder().withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    client.close();
    proxy.close();
    provider.close();
    stores.close();
  }
}
