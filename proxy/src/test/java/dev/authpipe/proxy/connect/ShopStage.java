package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

/** A whole proxy and a provider with two shops, each on a host of its own, where one account has the same id. */
final class ShopStage implements AutoCloseable {
  static final List<String> OAUTH = List.of("shops", "shops-public");
  private static final String VERIFIER = "v".repeat(64);
  private static final ConcealedText CLIENT_SECRET = ConcealedText.of("sbx_secret_" + "s".repeat(32));
  private static final String HEAD = """
      configuration: {provider_directory: %s, reload_interval: 100 ms}
      workspaces:
        - name: tasklight
          integrations:
            - {slug: shops-key, return_urls: ['%s']}
      """.formatted(Path.of("src/test/resources/connect-providers").toAbsolutePath(), ConnectStage.RETURN_URL);

  final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
  final ScriptedAuthorizationServer north = ScriptedAuthorizationServer
      .start(new AuthorizationServerSettings(Clock.systemUTC()));
  final ScriptedAuthorizationServer south = ScriptedAuthorizationServer
      .start(new AuthorizationServerSettings(Clock.systemUTC()));
  final RunningProxy proxy;
  final String apiKey;
  private final Path settings;
  private final HttpClient client = HttpClient.newHttpClient();

  ShopStage(Path directory) {
    settings = directory.resolve("authpipe.yaml");
    proxy = RunningProxy.start(directory, stores, workspaces(""), Map.of("client-secret", CLIENT_SECRET.reveal()),
        Map.of(URI.create("https://north.shops.invalid"), URI.create(north.issuer()), URI.create("https://south.shops.invalid"),
            URI.create(south.issuer())));
    apiKey = proxy.apiKey("tasklight");
  }

  private static String workspaces(String params) {
    StringBuilder yaml = new StringBuilder(HEAD);
    for (String slug : OAUTH) {
      yaml.append(
          "      - {slug: %s, client_id: client-%s, return_urls: ['%s']%s%s}\n".formatted(slug, slug, ConnectStage.RETURN_URL,
              slug.equals("shops") ? ", client_secret: {file: client-secret}" : "", params));
    }
    return yaml.toString();
  }

  /** What the operator now sets on the OAuth integrations. */
  void operatorSets(String params) throws IOException {
    String written = Files.readString(settings);
    Files.writeString(settings, written.substring(0, written.indexOf("configuration:")) + workspaces(", params: " + params));
  }

  private void register(String slug) {
    for (ScriptedAuthorizationServer shop : List.of(north, south)) {
      shop.registerClient(new RegisteredClient("client-" + slug, "tasklight",
          slug.equals("shops") ? new ClientAuthentication.Basic(CLIENT_SECRET) : new ClientAuthentication.None(),
          Set.of(proxy.connect() + "/callback/" + proxy.integration("tasklight", slug))));
    }
  }

  JsonNode session(String endUser, String slug, Map<String, String> params, @Nullable String reconnects) {
    String body = ConnectStage.sessionBody(endUser, VERIFIER, b -> {
      b.set("params", new ObjectMapper().valueToTree(params));
      if (reconnects != null) {
        b.put("connection_id", reconnects);
      }
    }, slug);
    return call("POST", "/v1/connect-sessions", body, 201);
  }

  /** Goes to the provider and back; the finish code. */
  String authorize(JsonNode session, String slug, Map<String, String> fields) {
    register(slug);
    try (Browser browser = new Browser()) {
      HttpResponse<String> started = page(browser, session, "start", slug,
          body -> body.set("fields", new ObjectMapper().valueToTree(fields)));
      assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
      URI provider = URI.create(ConnectStage.json(started.body()).path("location").asText());
      HttpResponse<String> returned = browser.get(Browser.location(browser.get(provider)));
      assertThat(returned.statusCode()).as(returned.body()).isEqualTo(303);
      return ConnectStage.value(Browser.location(returned), "finish_code");
    }
  }

  /** Enters a key on the hosted page; the finish code. */
  String enter(JsonNode session, String key, Map<String, String> fields) {
    try (Browser browser = new Browser()) {
      HttpResponse<String> entered = page(browser, session, "key", "shops-key", body -> {
        body.put("key", key);
        body.set("fields", new ObjectMapper().valueToTree(fields));
      });
      assertThat(entered.statusCode()).as(entered.body()).isEqualTo(200);
      return ConnectStage.value(URI.create(ConnectStage.json(entered.body()).path("location").asText()), "finish_code");
    }
  }

  private HttpResponse<String> page(Browser browser, JsonNode session, String step, String slug,
      java.util.function.Consumer<ObjectNode> change) {
    String origin = proxy.connect().toString();
    String token = session.path("session_token").asText();
    HttpResponse<String> opened = browser.post(URI.create(origin + "/connect/session"),
        ConnectStage.object().put("session_token", token).toString(), origin);
    ObjectNode body = ConnectStage.object().put("session_token", token)
        .put("csrf_token", ConnectStage.json(opened.body()).path("csrf_token").asText())
        .put("integration", proxy.integration("tasklight", slug));
    change.accept(body);
    return browser.post(URI.create(origin + "/connect/" + step), body.toString(), origin);
  }

  JsonNode finish(JsonNode session, String finishCode, String endUser, int status) {
    ObjectNode body = ConnectStage.object().put("finish_code", finishCode).put("code_verifier", VERIFIER).put("end_user_id",
        endUser);
    return call("POST", "/v1/connect-sessions/" + session.path("id").asText() + "/finish", body.toString(), status);
  }

  /** Connects a shop that the end user names; the connection's id. */
  String connect(String endUser, String slug, String shop, Map<String, String> params) {
    JsonNode session = session(endUser, slug, params, null);
    return finish(session, authorize(session, slug, Map.of("shop", shop)), endUser, 200).path("connection").path("id").asText();
  }

  JsonNode call(String method, String path, @Nullable String body, int status) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy.api() + path))
        .header("Authorization", "Bearer " + apiKey)
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
      return ConnectStage.json(answer.body());
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  int sql(String statement) {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection(); Statement sql = connection.createStatement()) {
      return sql.executeUpdate(statement);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    client.close();
    proxy.close();
    north.close();
    south.close();
    stores.close();
  }
}
