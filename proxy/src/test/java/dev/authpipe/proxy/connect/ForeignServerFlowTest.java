package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientKeys;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.proxy.secret.SigningKey;
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
            - slug: foreign-key
              client_id: authpipe-key
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
          run(proxy, server, "foreign", integration);
        }
      }
    }
  }

  /** The server reads the proxy's key set by itself, and takes no assertion twice and none that is for somebody else. */
  @Test
  void signsInWithAKeyOfItsOwn() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path settings = directory.resolve("authpipe.yaml");
      String integration;
      URI connect;
      try (RunningProxy first = RunningProxy.start(directory, stores, YAML, Map.of("client-secret", "not-needed"), Map.of())) {
        integration = first.integration("tasklight", "foreign-key");
        connect = first.connect();
      }
      Map<String, Object> client = Map.of("client_id", "authpipe-key", "redirect_uris",
          List.of(connect + "/callback/" + integration), "grant_types",
          List.of("authorization_code", "refresh_token", "client_credentials"), "token_endpoint_auth_method", "private_key_jwt",
          "token_endpoint_auth_signing_alg", "RS256", "jwks_uri", connect + "/jwks/" + integration, "scope",
          "openid offline_access issues:read");
      try (
          OidcProviderProcess server = OidcProviderProcess.start(Duration.ofMinutes(10), true, List.of("issues:read"),
              List.of(client), connect + "/callback/" + integration);
          RunningProxy proxy = RunningProxy.start(settings, Map.of(FOREIGN, URI.create(server.issuer())))) {
        call(proxy, "POST", "/v1/integrations/foreign-key/client-keys", "{}", proxy.apiKey("tasklight"), 201);
        JsonNode next = call(proxy, "POST", "/v1/integrations/foreign-key/client-keys", "{\"lead_seconds\":3600}",
            proxy.apiKey("tasklight"), 201);
        JsonNode published = ConnectStage.json(text(URI.create(connect + "/jwks/" + integration)));
        assertThat(published.path("keys")).hasSize(2).allSatisfy(key -> assertThat(key.fieldNames()).toIterable()
            .containsExactlyInAnyOrder("kty", "n", "e", "use", "alg", "kid"));
        run(proxy, server, "foreign-key", integration);
        refusals(proxy, server);
        rotated(proxy, server, next.path("key_id").asText());
      }
    }
  }

  private void refusals(RunningProxy proxy, OidcProviderProcess server) throws Exception {
    Integration integration = integration(proxy);
    SigningKey key = proxy.bean(ClientKeys.class).open(integration.workspace(), integration.id(),
        integration.clientSecretOrigin()).orElseThrow();
    String once = assertion(key, server.tokenEndpoint().toString());
    assertThat(token(server, once)).isEqualTo(200);
    assertThat(token(server, once)).as("a repeated assertion").isEqualTo(401);
    assertThat(token(server, assertion(key, "https://elsewhere.example/token"))).as("one for somebody else").isEqualTo(401);
  }

  /** The next key is published while the present one signs, and no call is refused while the one takes over from the other. */
  private static void rotated(RunningProxy proxy, OidcProviderProcess server, String next) throws Exception {
    String apiKey = proxy.apiKey("tasklight");
    String keys = "/v1/integrations/foreign-key/client-keys";
    Integration integration = integration(proxy);
    AtomicBoolean over = new AtomicBoolean();
    Set<String> signed = ConcurrentHashMap.newKeySet();
    AtomicInteger afterwards = new AtomicInteger();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(callers.submit(() -> {
          while (!over.get()) {
            SigningKey key = proxy.bean(ClientKeys.class).open(integration.workspace(), integration.id(),
                integration.clientSecretOrigin()).orElseThrow();
            int status = token(server, assertion(key, server.tokenEndpoint().toString()));
            if (status != 200) {
              return status;
            }
            signed.add(key.keyId());
            if (key.keyId().equals(next)) {
              over.set(afterwards.incrementAndGet() > 20);
            }
          }
          return 200;
        }));
      }
      call(proxy, "POST", keys + "/" + next + "/activate", null, apiKey, 200);
      for (Future<Integer> one : calls) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(200);
      }
    }
    assertThat(signed).contains(next);
    JsonNode after = call(proxy, "GET", keys, null, apiKey, 200).path("data");
    assertThat(after.get(0).path("state").asText()).isEqualTo("ending");
    assertThat(after.get(1).path("state").asText()).isEqualTo("signing");
  }

  private static Integration integration(RunningProxy proxy) {
    Configuration configuration = proxy.bean(Configuration.class);
    return configuration.integrations(configuration.workspaceNamed("tasklight").orElseThrow().id()).stream()
        .filter(one -> one.slug().equals("foreign-key")).findFirst().orElseThrow();
  }

  private static String assertion(SigningKey key, String audience) throws Exception {
    Instant now = Instant.now();
    SignedJWT assertion = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.keyId()).build(),
        new JWTClaimsSet.Builder().issuer("authpipe-key").subject("authpipe-key").audience(audience)
            .jwtID(UUID.randomUUID().toString()).issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(60)))
            .build());
    assertion.sign(new RSASSASigner(key.expose()));
    return assertion.serialize();
  }

  private static int token(OidcProviderProcess server, String assertion) throws Exception {
    String form = "grant_type=client_credentials&client_id=authpipe-key&client_assertion_type="
        + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" + assertion;
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(server.tokenEndpoint())
          .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form)).build(),
          HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static String text(URI address) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(
          type -> assertThat(type).startsWith("application/json"));
      assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=300");
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
      return answer.body();
    }
  }

  private void run(RunningProxy proxy, OidcProviderProcess server, String slug, String integration) throws Exception {
    String apiKey = proxy.apiKey("tasklight");
    String body = ConnectStage.sessionBody("user-1", VERIFIER, b -> {}, slug);
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
