package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;
import dev.authpipe.testkit.oidc.OidcProviderProcess;

/** Connect, refresh and disconnect against an authorization server that others wrote, with pushed requests and rotation. */
class ForeignServerFlowTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final URI FOREIGN = URI.create("https://foreign.invalid");
  private static final String VERIFIER = "v".repeat(64);
  private static final String YAML = """
      configuration:
        provider_directory: %s
      workspaces:
        - name: tasklight
          integrations:
            - slug: foreign
              client_id: authpipe-test
              client_secret: {file: client-secret}
              scopes: [openid, offline_access, 'issues:read']
              return_urls: ['https://app.example.com/connected']
      """.formatted(Path.of("src/test/resources/connect-providers").toAbsolutePath());

  @TempDir
  Path directory;

  @Test
  void connectsRefreshesAndDisconnects() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path settings;
      String integration;
      URI connect;
      try (RunningProxy first = RunningProxy.start(directory, stores, YAML, Map.of("client-secret", "not-known-yet"), Map.of())) {
        integration = first.integration("tasklight", "foreign");
        connect = first.connect();
        settings = directory.resolve("authpipe.yaml");
      }
      try (OidcProviderProcess server = OidcProviderProcess.start(connect + "/callback/" + integration)) {
        Files.writeString(directory.resolve("client-secret"), server.clientSecret().reveal() + "\n");
        try (RunningProxy proxy = RunningProxy.start(settings, Map.of(FOREIGN, URI.create(server.issuer())))) {
          run(proxy, server, integration);
        }
      }
    }
  }

  private void run(RunningProxy proxy, OidcProviderProcess server, String integration) throws Exception {
    String apiKey = proxy.apiKey("tasklight");
    String body = ConnectStage.sessionBody("user-1", VERIFIER, b -> {}, "foreign");
    JsonNode session = call(proxy, "POST", "/v1/connect-sessions", body, apiKey, 201);
    String finishCode = authorize(proxy, server, integration, session.path("session_token").asText());
    ObjectNode finish = JSON.createObjectNode().put("finish_code", finishCode).put("code_verifier", VERIFIER).put("end_user_id",
        "user-1");
    JsonNode connection = call(proxy, "POST", "/v1/connect-sessions/" + session.path("id").asText() + "/finish",
        finish.toString(), apiKey,
        200).path("connection");
    assertThat(connection.path("account").asText()).isEqualTo("ada");
    assertThat(connection.path("scopes").toString()).contains("issues:read");
    String path = "/v1/connections/" + connection.path("id").asText();
    JsonNode before = call(proxy, "GET", path + "/token", null, apiKey, 200);
    JsonNode refreshed = call(proxy, "POST", path + "/refresh", null, apiKey, 200);
    assertThat(refreshed.path("generation").asInt()).isEqualTo(2);
    JsonNode after = call(proxy, "GET", path + "/token", null, apiKey, 200);
    assertThat(after.path("generation").asInt()).isEqualTo(2);
    assertThat(after.path("access_token").asText()).isNotEmpty().isNotEqualTo(before.path("access_token").asText());
    assertThat(who(server, after.path("access_token").asText())).isEqualTo(200);
    call(proxy, "DELETE", path, null, apiKey, 200);
    assertThat(who(server, after.path("access_token").asText())).as("the access token is revoked").isEqualTo(401);
  }

  private static String authorize(RunningProxy proxy, OidcProviderProcess server, String integration, String sessionToken) {
    try (Browser browser = new Browser(); BrowserLike person = BrowserLike.fresh()) {
      String origin = proxy.connect().toString();
      HttpResponse<String> opened = browser.post(URI.create(origin + "/connect/session"),
          JSON.createObjectNode().put("session_token", sessionToken).toString(), origin);
      ObjectNode start = JSON.createObjectNode().put("session_token", sessionToken)
          .put("csrf_token", ConnectStage.json(opened.body()).path("csrf_token").asText()).put("integration", integration);
      HttpResponse<String> started = browser.post(URI.create(origin + "/connect/start"), start.toString(), origin);
      assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
      URI provider = URI.create(ConnectStage.json(started.body()).path("location").asText());
      assertThat(ConnectStage.query(provider)).as("the request was pushed").containsKey("request_uri").doesNotContainKey("state");
      Page back = server.signInAndConsent(person, provider, "ada");
      HttpResponse<String> returned = browser.get(back.stoppedAt().orElseThrow(() -> new AssertionError(back.text())));
      assertThat(returned.statusCode()).as(returned.body()).isEqualTo(303);
      return ConnectStage.value(Browser.location(returned), "finish_code");
    }
  }

  private static JsonNode call(RunningProxy proxy, String method, String path, @Nullable String body, String apiKey, int status)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy.api() + path))
        .header("Authorization", "Bearer " + apiKey)
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
      return ConnectStage.json(answer.body());
    }
  }

  private static int who(OidcProviderProcess server, String accessToken) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(server.userinfoEndpoint()).header("Authorization", "Bearer " + accessToken).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
