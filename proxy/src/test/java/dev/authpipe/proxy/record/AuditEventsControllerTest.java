package dev.authpipe.proxy.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.audit.CheckpointSettings;
import dev.authpipe.proxy.audit.OpenStores;
import dev.authpipe.proxy.caller.ApiKeyRequest;
import dev.authpipe.proxy.caller.ApiKeys;
import dev.authpipe.proxy.caller.CallerSettings;
import dev.authpipe.proxy.caller.Scope;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.ConfigurationCandidate;
import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.http.ListenerSettings;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.FreePorts;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

class AuditEventsControllerTest {
  @TempDir
  static Path directory;
  private static OpenStores stores;
  private static Notifications notifications;
  private static ListenerSettings listeners;
  private static ApplicationContext context;
  private static HttpClient client;
  private WorkspaceId workspace;

  @BeforeAll
  static void start() throws IOException {
    stores = new OpenStores();
    notifications = new Notifications(stores.settings(Store.VAULT, Duration.ofSeconds(2)), Ticker.systemTicker());
    notifications.start();
    listeners = new ListenerSettings(listener(), listener(), listener(), null, List.of());
    context = ApplicationContext.builder().deduceEnvironment(false).environmentPropertySource(false).banner(false)
        .properties(listeners.serverProperties()).properties(Map.of(TestServer.NO_HOT_ROUTES, true))
        .singletons(stores.vault(), stores.clientSecrets(), stores.randomness(), notifications,
            listeners, Clock.systemUTC(), Ticker.systemTicker(), CallerSettings.usual(),
            new Configuration(ConfigurationCandidate.EMPTY), new EnvelopeSettings("test", "local", "local"),
            new CheckpointSettings("test", null),
            new KekRegistry(List.of(LocalKek.create("local", directory.resolve("kek"), stores.randomness())),
                Duration.ofSeconds(5)))
        .start();
    context.getBean(DeploymentKeys.class).load();
    context.getBean(EmbeddedServer.class).start();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    context.close();
    notifications.close();
    stores.close();
  }

  @BeforeEach
  void choose() {
    workspace = stores.workspace();
  }

  @Test
  void eventsComeNewestFirstInTheirCanonicalBytes() throws Exception {
    SecretText key = key(workspace, Scope.AUDIT_READ);
    append(3);
    HttpResponse<String> answer = get("/v1/audit-events", key);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    List<String> oldestFirst = stores.events(workspace);
    assertThat(oldestFirst).hasSize(4);
    assertThat(answer.body()).isEqualTo("{\"data\":[" + String.join(",", oldestFirst.reversed()) + "]}");
  }

  @Test
  void aCursorLeadsToTheNextPage() throws Exception {
    SecretText key = key(workspace, Scope.AUDIT_READ);
    append(4);
    JsonNode first = json(get("/v1/audit-events?limit=3&type=connection.updated", key));
    assertThat(first.get("data")).extracting(e -> e.get("seq").intValue()).containsExactly(4, 3, 2);
    JsonNode second = json(
        get("/v1/audit-events?limit=3&type=connection.updated&cursor=" + first.get("next_cursor").textValue(), key));
    assertThat(second.get("data")).extracting(e -> e.get("seq").intValue()).containsExactly(1);
    assertThat(second.has("next_cursor")).isFalse();
  }

  @Test
  void theLogOfTheClientSecretsStoreIsAnotherList() throws Exception {
    SecretText key = key(workspace, Scope.AUDIT_READ);
    stores.clientSecrets().run(workspace, tx -> log().append(tx, AuditEntry.of(AuditType.CLIENT_SECRET_SET, AuditActor.operator(),
        AuditObject.integration(new IntegrationId(UUID.randomUUID()))).detail(AuditDetail.VERSION, 1)
        .detail(AuditDetail.SOURCE, "file")
        .build()));
    JsonNode list = json(get("/v1/audit-events?log=client_secrets", key)).get("data");
    assertThat(list).singleElement().satisfies(e -> assertThat(e.get("store").textValue()).isEqualTo("client_secrets"));
  }

  @Test
  @Tag("S33")
  void anotherWorkspacesEventsAreNotThere() throws Exception {
    append(2);
    JsonNode list = json(get("/v1/audit-events?type=connection.updated", key(stores.workspace(), Scope.AUDIT_READ)));
    assertThat(list.get("data")).isEmpty();
  }

  @Test
  @Tag("S30")
  void withoutAGoodKeyThereIsAProblemAndAChallenge() throws Exception {
    SecretText good = key(workspace, Scope.AUDIT_READ);
    for (SecretText bad : List.of(SecretText.of("nonsense"), SecretText.of(good.expose().substring(0, 82) + "!"))) {
      isProblem(get("/v1/audit-events", bad), 401, "unauthenticated");
    }
    HttpResponse<String> none = get("/v1/audit-events", null);
    isProblem(none, 401, "unauthenticated");
    assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    HttpRequest browser = HttpRequest.newBuilder(api("/v1/audit-events")).header("Accept", "text/html").build();
    assertThat(client.send(browser, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(401);
  }

  @Test
  @Tag("S30")
  void withoutTheScopeThereIsAProblem() throws Exception {
    isProblem(get("/v1/audit-events", key(workspace, Scope.PROXY, Scope.INCIDENT)), 403, "scope_missing");
  }

  @Test
  @Tag("S31")
  void aRevokedKeyIsRefusedAtOnce() throws Exception {
    var created = context.getBean(ApiKeys.class).create(workspace, request(Scope.AUDIT_READ), AuditActor.operator());
    assertThat(get("/v1/audit-events", created.apiKey()).statusCode()).isEqualTo(200);
    assertThat(get("/v1/audit-events", created.apiKey()).statusCode()).as("warm").isEqualTo(200);
    context.getBean(ApiKeys.class).revoke(workspace, created.view().id(), AuditActor.operator());
    isProblem(get("/v1/audit-events", created.apiKey()), 401, "unauthenticated");
  }

  @Test
  @Tag("S37")
  void aUsedUpKeyIsToldWhenToComeAgain() throws Exception {
    SecretText key = context.getBean(ApiKeys.class).create(workspace,
        new ApiKeyRequest("slow", Set.of(Scope.AUDIT_READ), Set.of(), List.of(), false, 1, null, null), AuditActor.operator())
        .apiKey();
    assertThat(get("/v1/audit-events", key).statusCode()).isEqualTo(200);
    HttpResponse<String> limited = get("/v1/audit-events", key);
    isProblem(limited, 429, "rate_limited");
    assertThat(limited.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void theConnectListenerDoesNotServeTheLog() throws Exception {
    SecretText key = key(workspace, Scope.AUDIT_READ);
    URI there = URI.create("http://127.0.0.1:" + listeners.connect().port() + "/v1/audit-events");
    assertThat(client.send(HttpRequest.newBuilder(there).header("Authorization", "Bearer " + key.expose()).build(),
        HttpResponse.BodyHandlers.ofString()).statusCode()).isIn(401, 404);
  }

  @ParameterizedTest
  @CsvSource({"limit=0,invalid_request", "limit=201,invalid_request", "limit=x,invalid_request", "cursor=x,invalid_request",
      "cursor=%21,invalid_request", "type=nothing.known,invalid_request", "from=yesterday,invalid_request",
      "to=1,invalid_request",
      "object=a%20b,invalid_request", "log=control,invalid_request", "limits=3,unknown_parameter"})
  void aWrongParameterIsNamed(String query, String code) throws Exception {
    HttpResponse<String> answer = get("/v1/audit-events?" + query, key(workspace, Scope.AUDIT_READ));
    isProblem(answer, 400, code);
    assertThat(json(answer).get("detail").textValue())
        .contains(query.equals("limits=3") ? "limit" : query.substring(0, query.indexOf('=')));
  }

  @Test
  @Tag("S42")
  void withoutTheStoreThereIsAProblem() throws Exception {
    SecretText key = key(workspace, Scope.AUDIT_READ);
    get("/v1/audit-events", key);
    stores.set().allowConnections(Store.VAULT, false);
    stores.set().terminateConnections(Store.VAULT);
    try {
      isProblem(get("/v1/audit-events", key), 503, "store_unavailable");
    } finally {
      stores.set().allowConnections(Store.VAULT, true);
    }
  }

  private static void isProblem(HttpResponse<String> answer, int status, String code) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = json(answer);
    assertThat(problem.get("code").textValue()).isEqualTo(code);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("request_id").textValue()).isEqualTo(answer.headers().firstValue("Authpipe-Request-Id").orElseThrow());
  }

  private void append(int events) {
    for (int i = 0; i < events; i++) {
      stores.vault().run(workspace,
          tx -> log().append(tx, AuditEntry.of(AuditType.CONNECTION_UPDATED, AuditActor.system("connection"),
              AuditObject.connection(new ConnectionId(UUID.randomUUID()))).build()));
    }
  }

  private static AuditLog log() {
    return context.getBean(AuditLog.class);
  }

  private static SecretText key(WorkspaceId workspace, Scope... scopes) {
    return context.getBean(ApiKeys.class).create(workspace, request(scopes), AuditActor.operator()).apiKey();
  }

  private static ApiKeyRequest request(Scope... scopes) {
    return new ApiKeyRequest("test", Set.of(scopes), Set.of(), List.of(), false, null, null, null);
  }

  private static HttpResponse<String> get(String path, @Nullable SecretText key) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(api(path));
    if (key != null) {
      request.header("Authorization", "Bearer " + key.expose());
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body());
  }

  private static URI api(String path) {
    return URI.create("http://127.0.0.1:" + listeners.api().port() + path);
  }

  private static ListenerSettings.Listener listener() {
    return new ListenerSettings.Listener("127.0.0.1", FreePorts.next());
  }
}
