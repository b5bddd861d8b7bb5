package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.testkit.EmbeddedDatabases;

class ConfigurationApiTest {
  private static final String WORKSPACES = """
      workspaces:
        - name: acme
          integrations:
            - slug: slack
              client_id: client_1
              scopes: [chat:write]
              return_urls: [https://app.example/connected]
            - slug: keys
              provider: sandbox-key
        - name: other
          integrations:
            - slug: google
              client_id: client_2
      """;

  @TempDir
  static Path directory;
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static @org.jspecify.annotations.Nullable ProxyServer started;
  private static String config = "";
  private static String writer = "";
  private static String connecting = "";

  private static ProxyServer server() {
    return Objects.requireNonNull(started);
  }

  @Test
  void integrationsAreListedWithoutTheirSecrets() throws Exception {
    HttpResponse<String> answer = call("GET", "/v1/integrations", connecting, null);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"slug\":\"slack\"", "\"client_id\":\"client_1\"", "\"source\":\"file\"")
        .doesNotContain("google");
    assertThat(call("GET", "/v1/integrations/slack", connecting, null).body())
        .contains("\"return_urls\":[\"https://app.example/connected\"]");
  }

  @Test
  @Tag("S33")
  void anotherWorkspacesIntegrationIsUnknown() throws Exception {
    for (String path : new String[]{"/v1/integrations/google", "/v1/integrations/nonsense"}) {
      assertThat(call("GET", path, writer, null).statusCode()).isEqualTo(404);
      assertThat(call("PUT", path + "/client-secret", writer, "{\"client_secret\":\"a-secret-of-mine\"}").statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void integrationsOfTheFileAreReadOnly() throws Exception {
    HttpResponse<String> answer = call("PUT", "/v1/integrations/slack", writer, "{}");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("\"code\":\"configured_by_file\"", "\"request_id\":");
  }

  @Test
  void aClientSecretIsSetAndShownMaskedOnly() throws Exception {
    HttpResponse<String> first = call("PUT", "/v1/integrations/slack/client-secret", writer,
        "{\"client_secret\":\"0123456789abcdef0123456789abcdef\"}");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.body()).contains("\"since\":", "\"version\":").doesNotContain("0123456789");
    HttpResponse<String> view = call("GET", "/v1/integrations/slack", writer, null);
    assertThat(view.body()).contains("\"masked_prefix\":").doesNotContain("0123456789");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"{}|400", "{\"client_secret\":5}|400", "{\"client_secret\":\"\"}|400",
      "{\"client_secret\":\"hunter2hunter2\",\"more\":1}|400", "{\"client_secret\":\"a\",\"client_secret\":\"b\"}|400", "[]|400",
      "nonsense|400"})
  void aWrongBodyIsRefusedAndNotRepeated(String body, int status) throws Exception {
    HttpResponse<String> answer = call("PUT", "/v1/integrations/slack/client-secret", writer, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"code\":").doesNotContain("hunter2");
  }

  @Test
  void aKeyBasedIntegrationHasNoClientSecret() throws Exception {
    assertThat(
        call("PUT", "/v1/integrations/keys/client-secret", writer, "{\"client_secret\":\"a-secret-of-mine\"}").statusCode())
        .isEqualTo(422);
  }

  @Test
  @Tag("S30")
  void aKeyWithoutTheScopeIsRefused() throws Exception {
    HttpResponse<String> answer = call("PUT", "/v1/integrations/slack/client-secret", connecting,
        "{\"client_secret\":\"a-secret-of-mine\"}");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"code\":\"scope_missing\"");
    assertThat(call("GET", "/v1/providers", "", null).statusCode()).isEqualTo(401);
  }

  @Test
  void theCatalogSaysHowFarItWasChecked() throws Exception {
    assertThat(call("GET", "/v1/providers", connecting, null).body()).contains("\"slug\":\"slack\"",
        "\"verified\":\"unverified\"");
    assertThat(call("GET", "/v1/providers/slack", connecting, null).body()).contains("\"pkce\":\"harmful\"",
        "\"rotation\":\"strict\"");
    assertThat(call("GET", "/v1/providers/none", connecting, null).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/integrations", "/v1/providers", "/v1/audit-events"})
  void theApiAnswersOnItsOwnListenerOnly(String path) throws Exception {
    assertThat(call(server().connect(), "GET", path, writer, null).statusCode()).isIn(401, 404);
    assertThat(call(server().management(), "GET", path, writer, null).statusCode()).isIn(401, 404);
  }

  @BeforeAll
  static void startServer() {
    Path file = ProxyFiles.write(directory, STORES, WORKSPACES);
    config = file.toString();
    writer = key("config:write,audit:read");
    connecting = key("connect");
    started = ProxyServer.start(file, ProxyOptions.NONE);
  }

  @AfterAll
  static void stopServer() {
    server().close();
    CLIENT.close();
    STORES.close();
  }

  private static String key(String scopes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        System.err,
        "api-key", "create", "--config", config, "--workspace", "acme", "--name", "test", "--scope", scopes);
    assertThat(code).isZero();
    return out.toString(StandardCharsets.UTF_8).strip();
  }

  private static HttpResponse<String> call(String method, String path, String bearer,
      @org.jspecify.annotations.Nullable String body)
      throws Exception {
    return call(server().api(), method, path, bearer, body);
  }

  private static HttpResponse<String> call(URI listener, String method, String path, String bearer,
      @org.jspecify.annotations.Nullable String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(listener.resolve(path)).method(method,
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (!bearer.isEmpty()) {
      request.header("Authorization", "Bearer " + bearer);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
