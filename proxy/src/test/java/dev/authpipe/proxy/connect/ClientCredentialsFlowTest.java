package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientKeyLife;
import dev.authpipe.proxy.clientsecret.ClientKeyOutcome;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.http.RecordedRequest;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ClientAuthentication;
import dev.authpipe.testkit.sandbox.RegisteredClient;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** Client credentials from the first access token to the last, over real HTTP: whose client asks, how it proves itself, and whose failure is whose. */
class ClientCredentialsFlowTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final URI SANDBOX = URI.create("https://sandbox.invalid");
  private static final String RETURN_URL = "https://app.example.com/connected";
  private static final ConcealedText SECRET = ConcealedText.of("sbx_secret_" + "i".repeat(32));
  private static final ConcealedText OWN = ConcealedText.of("sbx_secret_" + "o".repeat(32));
  private static final List<String> INTEGRATIONS = List.of("minting", "minting-body", "minting-key");
  private static final List<String> OWN_CLIENTS = List.of("minting-own", "minting-own-body", "minting-own-key");

  @TempDir
  static Path directory;
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final ManualClock CLOCK = clock();
  private static final AuthorizationServerSettings SETTINGS = new AuthorizationServerSettings(CLOCK);
  private static final ScriptedAuthorizationServer SERVER = ScriptedAuthorizationServer.start(SETTINGS);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static RunningProxy proxy;
  private static String apiKey;

  @BeforeAll
  static void start() throws Exception {
    StringBuilder yaml = new StringBuilder(
        "refresh: {ahead: false}\nconfiguration:\n  provider_directory: %s\nworkspaces:\n  - name: acme\n    integrations:\n"
            .formatted(Path.of("src/test/resources/minting-providers").toAbsolutePath()));
    for (String slug : INTEGRATIONS) {
      yaml.append("      - {slug: ").append(slug).append(", client_id: client-").append(slug)
          .append(slug.equals("minting-key") ? "" : ", client_secret: {file: client-secret}")
          .append(", scopes: ['issues:read', profile], return_urls: ['").append(RETURN_URL).append("']}\n");
    }
    for (String slug : OWN_CLIENTS) {
      yaml.append("      - {slug: ").append(slug).append(", scopes: ['issues:read'], return_urls: ['").append(RETURN_URL)
          .append("']}\n");
    }
    Map<URI, URI> standIns = Map.of(SANDBOX, URI.create(SERVER.issuer()));
    RunningProxy.start(directory, STORES, yaml.toString(), Map.of("client-secret", SECRET.reveal()), standIns).close();
    proxy = RunningProxy.start(directory.resolve("authpipe.yaml"), standIns, Map.of(), CLOCK);
    apiKey = proxy.apiKey("acme");
    register("client-minting", new ClientAuthentication.Basic(SECRET));
    register("client-minting-body", new ClientAuthentication.Post(SECRET));
    register("client-minting-key", new ClientAuthentication.PrivateKeyJwt(keyOf("minting-key")));
    register("own-basic", new ClientAuthentication.Basic(OWN));
    register("own-body", new ClientAuthentication.Post(OWN));
    register("own-key", new ClientAuthentication.PrivateKeyJwt(keyOf("minting-own-key")));
  }

  private static ManualClock clock() {
    return ManualClock.at(java.time.Instant.now());
  }

  @AfterAll
  static void stop() {
    proxy.close();
    SERVER.close();
    STORES.close();
  }

  @BeforeEach
  void reset() {
    SERVER.script().clear();
    SERVER.forgetObservations();
    SETTINGS.refreshTokenForClients(false);
    proxy.moveTicker(Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minting", "minting-body", "minting-key"})
  void theIntegrationsClientMintsForTheApplicationAlone(String slug) throws Exception {
    String connection = made(slug, credential(null, null), 201).path("id").asText();
    RecordedRequest request = SERVER.requestsTo("/token").getFirst();
    Map<String, List<String>> body = URLUtils.parseParameters(request.bodyText());
    assertThat(body).containsEntry("grant_type", List.of("client_credentials"))
        .containsEntry("scope", List.of("issues:read profile"))
        .containsEntry("audience", List.of("https://sandbox.invalid/api")).containsEntry("tenant_id", List.of("blue"));
    assertThat(SERVER.tokenCalls()).isEqualTo(1);
    served(connection);
    assertThat(SERVER.tokenCalls()).as("held, not minted again").isEqualTo(1);
    CLOCK.advance(Duration.ofMinutes(59).plusSeconds(50));
    String before = accessToken(connection, 200).path("access_token").asText();
    assertThat(accessToken(connection, 200).path("access_token").asText()).isEqualTo(before);
    assertThat(SERVER.tokenCalls()).as("minted anew, once").isEqualTo(2);
    assertThat(generation(connection)).isEqualTo(2);
    disconnected(connection);
  }

  @Test
  @Tag("S10")
  void noEndUserIsLedToTheIntegrationsClient() throws Exception {
    assertThat(session("minting").statusCode()).as("they could not show that they may use it").isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minting-own", "minting-own-body", "minting-own-key"})
  void aConnectionHasAClientOfItsOwn(String slug) throws Exception {
    String connection = made(slug, own(slug), 201).path("id").asText();
    served(connection);
    CLOCK.advance(Duration.ofHours(2));
    served(connection);
    assertThat(SERVER.tokenCalls()).isEqualTo(2);
    assertThat(call("POST", "/v1/connections/" + connection + "/refresh", null, 200).path("outcome").asText())
        .isEqualTo("refreshed");
    assertThat(call("POST", "/v1/connections/" + connection + "/probe", null, 200).path("outcome").asText()).isEqualTo("alive");
    disconnected(connection);
  }

  @Test
  void anEndUserGivesAClientOnTheHostedPageAndItIsProvenAtFinish() throws Exception {
    JsonNode finished = connected("minting-own", "own-basic", OWN.reveal(), 200);
    String connection = finished.path("connection").path("id").asText();
    assertThat(SERVER.tokenCalls()).as("one token call, at finish").isEqualTo(1);
    served(connection);
    assertThat(connected("minting-own", "own-basic", "a-wrong-secret", 422).path("code").asText())
        .isEqualTo("credential_refused");
  }

  /** A client id is no secret, and the integration's key signs for any: whoever knows somebody's would have their account. */
  @Test
  @Tag("S10")
  void noEndUserTypesAClientIdThatTheIntegrationsKeySignsFor() throws Exception {
    assertThat(session("minting-own-key").statusCode()).isEqualTo(422);
    assertThat(SERVER.tokenCalls()).isZero();
    made("minting-own-key", credential("own-key", null), 201);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingLeaves() throws Exception {
    made("minting", own("minting-own"), 422);
    made("minting-own", credential(null, null), 422);
    made("minting-own", credential("own-basic", null), 422);
    made("minting-own-key", credential("own-key", OWN.reveal()), 422);
    made("minting-own", body -> own("minting-own").accept(body.put("refresh_token", "never")), 422);
    made("minting", body -> credential(null, null).accept(((ObjectNode) body.set("scopes", JSON.valueToTree(List.of("admin"))))),
        422);
    assertThat(SERVER.tokenCalls()).isZero();
  }

  @Test
  void aWrongClientIsRefusedAtImportAndNothingIsStored() throws Exception {
    long before = count("select count(*) from connection");
    assertThat(made("minting-own", credential("own-basic", "a-wrong-secret"), 422).path("code").asText())
        .isEqualTo("credential_refused");
    assertThat(count("select count(*) from connection")).isEqualTo(before);
  }

  @Test
  void aBatchIsMadeWholeOrEverythingMintedIsGivenBack() throws Exception {
    ObjectNode good = row("minting-own", own("minting-own"));
    ObjectNode bad = row("minting-own", credential("own-basic", "a-wrong-secret"));
    ObjectNode batch = JSON.createObjectNode();
    batch.putArray("connections").add(good).add(bad).add(row("minting", credential(null, null)));
    JsonNode refused = call("POST", "/v1/connections/batch", batch.toString(), 422);
    assertThat(refused.path("code").asText()).isEqualTo("batch_refused");
    assertThat(SERVER.calls(Call.REVOKE)).as("what was minted for nothing").isEqualTo(2);
    ObjectNode whole = JSON.createObjectNode();
    whole.putArray("connections").add(good).add(row("minting", credential(null, null)));
    assertThat(call("POST", "/v1/connections/batch", whole.toString(), 201).path("data")).hasSize(2);
  }

  @Test
  void aRefreshTokenInTheAnswerIsIgnored() throws Exception {
    SETTINGS.refreshTokenForClients(true);
    String connection = made("minting", credential(null, null), 201).path("id").asText();
    CLOCK.advance(Duration.ofHours(2));
    served(connection);
    assertThat(SERVER.calls(Call.REFRESH)).isZero();
    assertThat(SERVER.calls(Call.OTHER_GRANT)).isEqualTo(2);
  }

  @Test
  @Tag("S54")
  void aRefusedOwnClientEndsItsConnectionAloneAndANewSecretMendsIt() throws Exception {
    String broken = made("minting-own", own("minting-own"), 201).path("id").asText();
    register("other-basic", new ClientAuthentication.Basic(OWN));
    String fine = made("minting-own", credential("other-basic", OWN.reveal()), 201).path("id").asText();
    ConcealedText changed = ConcealedText.of("sbx_secret_" + "n".repeat(32));
    register("own-basic", new ClientAuthentication.Basic(changed));
    try {
      CLOCK.advance(Duration.ofHours(2));
      assertThat(accessToken(broken, 424).path("code").asText()).isEqualTo("reauth_required");
      assertThat(call("GET", "/v1/connections/" + broken, null, 200).path("status").asText()).isEqualTo("reauth_required");
      served(fine);
      ObjectNode credential = JSON.createObjectNode();
      credential("own-basic", changed.reveal()).accept(credential);
      call("PUT", "/v1/connections/" + broken + "/credential", credential.toString(), 200);
      served(broken);
    } finally {
      register("own-basic", new ClientAuthentication.Basic(OWN));
    }
  }

  @Test
  void aRefusedIntegrationStopsItAndMovesNoConnection() throws Exception {
    String connection = made("minting-body", credential(null, null), 201).path("id").asText();
    register("client-minting-body", new ClientAuthentication.Post(ConcealedText.of("sbx_secret_" + "z".repeat(32))));
    try {
      CLOCK.advance(Duration.ofHours(2));
      for (int i = 0; i < 3; i++) {
        accessToken(connection, i == 0 ? 409 : 424);
        CLOCK.advance(Duration.ofDays(20));
      }
      assertThat(SERVER.tokenCalls()).as("the integration pauses").isEqualTo(2);
      assertThat(call("GET", "/v1/connections/" + connection, null, 200).path("status").asText()).isEqualTo("active");
    } finally {
      register("client-minting-body", new ClientAuthentication.Post(SECRET));
    }
    proxy.moveTicker(Duration.ofHours(2));
    assertThat(call("POST", "/v1/connections/" + connection + "/refresh", null, 200).path("outcome").asText())
        .isEqualTo("refreshed");
    served(connection);
  }

  @Test
  void anInvalidTokenAtTheApiMintsAnotherOnce() throws Exception {
    String connection = made("minting", credential(null, null), 201).path("id").asText();
    SERVER.killAccessTokens(dev.authpipe.testkit.sandbox.Account.named("client-minting", "client-minting"));
    assertThat(call("GET", "/v1/proxy/" + connection + "/me", null, 200)).isNotNull();
    assertThat(SERVER.tokenCalls()).isEqualTo(2);
  }

  @Test
  void anExportMasksTheClientSecret() throws Exception {
    String person = "exported-" + System.identityHashCode(this);
    ObjectNode row = row("minting-own", own("minting-own"));
    row.putObject("end_user").put("id", person);
    call("POST", "/v1/connections", row.toString(), 201);
    String exported = call("GET", "/v1/end-users/" + person + "/export", null, 200).toString();
    assertThat(exported).contains("client_secret").doesNotContain(OWN.reveal()).doesNotContain("oooooooo");
  }

  @Test
  @Tag("S1")
  void noClientSecretStandsInTheStore() throws Exception {
    made("minting-own", own("minting-own"), 201);
    assertThat(count("select count(*) from credential c where position('" + OWN.reveal() + "' in c::text) > 0")).isZero();
  }

  // What the application does.

  private static void served(String connection) throws Exception {
    assertThat(call("GET", "/v1/proxy/" + connection + "/me", null, 200).isObject()).isTrue();
    JsonNode token = accessToken(connection, 200);
    assertThat(token.path("token_type").asText()).isEqualTo("Bearer");
    assertThat(token.path("scopes").toString()).contains("issues:read");
  }

  private static void disconnected(String connection) throws Exception {
    int live = SERVER.liveTokens().accessTokens().size();
    JsonNode report = call("DELETE", "/v1/connections/" + connection, null, 200);
    assertThat(report.path("revocation").asText()).isEqualTo("confirmed");
    assertThat(SERVER.liveTokens().accessTokens().size()).as("revoked with the client that it was minted by").isLessThan(live);
    accessToken(connection, 424);
  }

  private static JsonNode accessToken(String connection, int status) throws Exception {
    return call("GET", "/v1/connections/" + connection + "/token", null, status);
  }

  private static long generation(String connection) throws Exception {
    return call("GET", "/v1/connections/" + connection, null, 200).path("generation").asLong();
  }

  private static JsonNode made(String slug, Consumer<ObjectNode> credential, int status) throws Exception {
    return call("POST", "/v1/connections", row(slug, credential).toString(), status);
  }

  private static ObjectNode row(String slug, Consumer<ObjectNode> credential) {
    ObjectNode row = JSON.createObjectNode().put("integration", slug);
    row.putObject("end_user").put("id", "user-1");
    row.putObject("params").put("tenant", "blue");
    ObjectNode made = row.putObject("credential");
    credential.accept(made);
    return row;
  }

  private static Consumer<ObjectNode> credential(@Nullable String clientId, @Nullable String clientSecret) {
    return credential -> {
      credential.put("type", "client_credentials");
      if (clientId != null) {
        credential.put("client_id", clientId);
      }
      if (clientSecret != null) {
        credential.put("client_secret", clientSecret);
      }
    };
  }

  private static Consumer<ObjectNode> own(String slug) {
    return switch (slug) {
      case "minting-own" -> credential("own-basic", OWN.reveal());
      case "minting-own-body" -> credential("own-body", OWN.reveal());
      default -> credential("own-key", null);
    };
  }

  private static HttpResponse<String> session(String slug) throws Exception {
    return send("POST", "/v1/connect-sessions", ConnectStage.sessionBody("user-1", "v".repeat(64), body -> {}, slug));
  }

  /** The whole way of an end user who enters a client on the hosted page; what finish answers. */
  private static JsonNode connected(String slug, @Nullable String clientId, String key, int status) throws Exception {
    JsonNode session = JSON.readTree(session(slug).body());
    String origin = proxy.connect().toString();
    String token = session.path("session_token").asText();
    try (Browser browser = new Browser()) {
      HttpResponse<String> opened = browser.post(URI.create(origin + "/connect/session"),
          JSON.createObjectNode().put("session_token", token).toString(), origin);
      JsonNode view = JSON.readTree(opened.body());
      JsonNode choice = view.path("integrations").get(0);
      assertThat(choice.path("kind").asText()).isEqualTo("key");
      assertThat(choice.path("fields").findValuesAsText("name")).contains("key", "tenant");
      ObjectNode entered = JSON.createObjectNode().put("session_token", token).put("csrf_token", view.path("csrf_token").asText())
          .put("integration", proxy.integration("acme", slug)).put("key", key);
      if (clientId != null) {
        entered.put("username", clientId);
      }
      entered.putObject("fields").put("tenant", "blue");
      HttpResponse<String> kept = browser.post(URI.create(origin + "/connect/key"), entered.toString(), origin);
      assertThat(kept.statusCode()).as(kept.body()).isEqualTo(200);
      String code = ConnectStage.value(URI.create(JSON.readTree(kept.body()).path("location").asText()), "finish_code");
      ObjectNode finish = JSON.createObjectNode().put("finish_code", code).put("code_verifier", "v".repeat(64)).put("end_user_id",
          "user-1");
      return call("POST", "/v1/connect-sessions/" + session.path("id").asText() + "/finish", finish.toString(), status);
    }
  }

  @Test
  @Tag("S50")
  void aRevocationWaitsForTheNextKey() throws Exception {
    String connection = made("minting-own-key", credential("own-key", null), 201).path("id").asText();
    String key = call("GET", "/v1/integrations/minting-own-key/client-keys", null, 200).path("data").get(0).path("key_id")
        .asText();
    Integration integration = integrationOf("minting-own-key");
    assertThat(proxy.bean(ClientKeyLife.class).retire(changeOf(integration), key, true, true))
        .isInstanceOf(ClientKeyOutcome.Done.class);
    // Other tests have moved the clock ahead of the store's by more than a revocation is tried for.
    execute("alter table revocation alter column created_at set default now() + interval '400 days'");
    try {
      assertThat(call("DELETE", "/v1/connections/" + connection, null, 200).path("revocation").asText()).isEqualTo("pending");
    } finally {
      execute("alter table revocation alter column created_at set default now()");
    }
    register("own-key", new ClientAuthentication.PrivateKeyJwt(keyOf("minting-own-key")));
    org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
      execute("update revocation set next_at = now() where state = 'pending'");
      assertThat(call("DELETE", "/v1/connections/" + connection, null, 200).path("revocation").asText()).isEqualTo("confirmed");
    });
  }

  private static Integration integrationOf(String slug) {
    Configuration configuration = proxy.bean(Configuration.class);
    return configuration.integration(configuration.workspaceNamed("acme").orElseThrow().id(), slug).orElseThrow();
  }

  private static ClientKeyLife.Change changeOf(Integration integration) {
    return new ClientKeyLife.Change(integration.workspace(), integration.id(), integration.clientSecretOrigin(),
        AuditActor.operator(), "command", null);
  }

  private static void execute(String sql) throws java.sql.SQLException {
    try (java.sql.Connection connection = STORES.superuser(Store.VAULT).getConnection();
        java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static com.nimbusds.jose.jwk.JWK keyOf(String slug) throws Exception {
    assertThat(proxy.bean(ClientKeyLife.class).make(changeOf(integrationOf(slug)))).isInstanceOf(ClientKeyOutcome.Done.class);
    URI address = URI
        .create(proxy.connect() + call("GET", "/v1/integrations/" + slug + "/client-keys", null, 200).path("path").asText());
    return JWKSet.parse(CLIENT.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString()).body())
        .getKeys()
        .getFirst();
  }

  private static void register(String clientId, ClientAuthentication how) {
    SERVER.registerClient(new RegisteredClient(clientId, clientId, how, Set.of()));
  }

  private static JsonNode call(String method, String path, @Nullable String body, int status) throws Exception {
    HttpResponse<String> answer = send(method, path, body);
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
  }

  private static HttpResponse<String> send(String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy.api() + path))
        .header("Authorization", "Bearer " + apiKey)
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static long count(String sql) throws Exception {
    try (java.sql.Connection connection = STORES.superuser(Store.VAULT).getConnection();
        java.sql.Statement statement = connection.createStatement();
        java.sql.ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
