package dev.authpipe.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.WorkspaceId;

/** An API key from the wish for it, by the report that it was made, to its end. */
class ApiKeyFlowTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();
  private static final Database DATABASE = PLANE.openDatabase();
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

  private final String workspace = PLANE.workspace();
  private final WorkspaceId id = WorkspaceId.parse(workspace);
  private final String path = "/api/v1/workspaces/" + workspace;
  private final ControlClient developer = PLANE.member(workspace, Role.DEVELOPER);
  private final ApiKeys keys = PLANE.bean(ApiKeys.class);
  private final KeyRequests requests = PLANE.bean(KeyRequests.class);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void aWishBecomesAKeyThatIsNarrowedAndRevoked() {
    String integration = developer.send("POST", path + "/integrations", "{\"provider\":\"sandbox-key\"}").expect(201).json()
        .path("id").asText();
    JsonNode wish = ask("{\"name\":\"back end\",\"scopes\":[\"proxy\",\"connect\"],\"integrations\":[\"sandbox-key\"],"
        + "\"calls_per_minute\":60,\"expires_at\":\"2099-01-01T00:00:00Z\",\"require_end_user\":true}").expect(201).json();
    assertThat(wish.path("status").asText()).isEqualTo("waiting");
    assertThat(wish.path("command").asText()).isEqualTo("bin/authpipe approve");
    assertThat(wish.path("integrations").toString()).contains(integration);
    Feed.ApiKeyRequest told = DATABASE.inWorkspace(id, requests::forProxies).getFirst();
    assertThat(told.callsPerMinute()).isEqualTo(60);
    assertThat(told.requireEndUser()).isTrue();

    ApiKeyId key = new ApiKeyId(UUID.randomUUID());
    report(key, ApiKeyRequestId.parse(wish.path("id").asText()), Report.ApiKey.Status.ACTIVE, NOW);
    assertThat(DATABASE.inWorkspace(id, requests::forProxies)).isEmpty();
    JsonNode made = developer.get(path + "/api-key-requests/" + wish.path("id").asText()).expect(200).json();
    assertThat(made.path("status").asText()).isEqualTo("made");
    assertThat(made.path("key_id").asText()).isEqualTo(key.toString());
    developer.send("DELETE", path + "/api-key-requests/" + wish.path("id").asText(), null).expect(409);
    JsonNode known = developer.get(path + "/api-keys/" + key).expect(200).json();
    assertThat(known.path("calls_per_minute").asInt()).isEqualTo(60);
    assertThat(known.path("status").asText()).isEqualTo("active");

    JsonNode narrowed = narrow(key, "{\"scopes\":[\"proxy\"],\"calls_per_minute\":10,\"calls_per_month\":1000}").expect(200)
        .json();
    assertThat(narrowed.path("version").asInt()).isEqualTo(2);
    Feed.ApiKey inFeed = DATABASE.inWorkspace(id, keys::forProxies).getFirst();
    assertThat(inFeed.scopes()).containsExactly("proxy");
    assertThat(inFeed.callsPerMonth()).isEqualTo(1000);
    assertThat(narrow(key, "{\"disabled\":true}").expect(200).json().path("status").asText()).isEqualTo("disabled");
    assertThat(narrow(key, "{\"disabled\":false}").expect(200).json().path("status").asText()).isEqualTo("active");

    report(key, null, Report.ApiKey.Status.REVOKED, NOW.plusSeconds(1));
    assertThat(developer.get(path + "/api-keys/" + key).expect(200).json().path("status").asText()).isEqualTo("revoked");
    assertThat(narrow(key, "{\"disabled\":true}").expect(409).code()).isEqualTo("conflict");
    assertThat(DATABASE.inWorkspace(id, keys::forProxies)).isEmpty();
    JsonNode events = PLANE.member(workspace, Role.OWNER).get(path + "/audit-events?type=api_key.changed").expect(200).json()
        .path("data");
    assertThat(events.findValuesAsText("change")).containsExactly("revoked", "enabled", "disabled", "narrowed", "created");
    assertThat(events.at("/0/actor/kind").asText()).isEqualTo("data_plane");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"scopes\":[\"proxy\",\"connect\",\"incident\"]}", "{\"calls_per_minute\":61}",
      "{\"expires_at\":\"2099-01-02T00:00:00Z\"}", "{\"integrations\":[\"sandbox-key-2\"]}"})
  @Tag("S71")
  void aKeyIsNeverWidened(String body) {
    developer.send("POST", path + "/integrations", "{\"provider\":\"sandbox-key\"}").expect(201);
    developer.send("POST", path + "/integrations", "{\"provider\":\"sandbox-key\",\"slug\":\"sandbox-key-2\"}").expect(201);
    String wish = ask("{\"name\":\"a\",\"scopes\":[\"proxy\",\"connect\"],\"integrations\":[\"sandbox-key\"],"
        + "\"calls_per_minute\":60,\"expires_at\":\"2099-01-01T00:00:00Z\"}").expect(201).json().path("id").asText();
    ApiKeyId key = new ApiKeyId(UUID.randomUUID());
    report(key, ApiKeyRequestId.parse(wish), Report.ApiKey.Status.ACTIVE, NOW);
    assertThat(narrow(key, body).expect(422).code()).isEqualTo("unprocessable");
    assertThat(developer.get(path + "/api-keys/" + key).expect(200).json().path("version").asInt()).isEqualTo(1);
  }

  @Test
  void aRepeatedOrOlderReportChangesNothing() {
    ApiKeyId key = new ApiKeyId(UUID.randomUUID());
    report(key, null, Report.ApiKey.Status.REVOKED, NOW);
    report(key, null, Report.ApiKey.Status.ACTIVE, NOW.minusSeconds(1));
    report(key, null, Report.ApiKey.Status.REVOKED, NOW);
    assertThat(developer.get(path + "/api-keys").expect(200).json().at("/data/0/status").asText()).isEqualTo("revoked");
    assertThat(PLANE.member(workspace, Role.OWNER).get(path + "/audit-events?type=api_key.changed").expect(200).json()
        .path("data")).hasSize(1);
  }

  @Test
  void aRequestIsSpentByOneKey() {
    String wish = ask("{\"name\":\"a\",\"scopes\":[\"proxy\"],\"calls_per_minute\":1}").expect(201).json().path("id").asText();
    ApiKeyId first = new ApiKeyId(UUID.randomUUID());
    ApiKeyId second = new ApiKeyId(UUID.randomUUID());
    report(first, ApiKeyRequestId.parse(wish), Report.ApiKey.Status.ACTIVE, NOW);
    report(second, ApiKeyRequestId.parse(wish), Report.ApiKey.Status.ACTIVE, NOW);
    assertThat(developer.get(path + "/api-keys/" + second).expect(200).json().has("request_id")).isFalse();
    assertThat(developer.get(path + "/api-key-requests/" + wish).expect(200).json().path("key_id").asText())
        .isEqualTo(first.toString());
  }

  @Test
  void aWishIsWithdrawn() {
    String wish = ask("{\"name\":\"a\",\"scopes\":[\"proxy\"]}").expect(201).json().path("id").asText();
    developer.send("DELETE", path + "/api-key-requests/" + wish, null).expect(204);
    developer.get(path + "/api-key-requests/" + wish).expect(404);
    assertThat(DATABASE.inWorkspace(id, requests::forProxies)).isEmpty();
    assertThat(PLANE.member(workspace, Role.OWNER).get(path + "/audit-events?object=" + wish).expect(200).json().path("data"))
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"name\":\"a\"}", "{\"name\":\" \",\"scopes\":[\"proxy\"]}", "{\"name\":\"a\",\"scopes\":[]}",
      "{\"name\":\"a\",\"scopes\":[\"root\"]}", "{\"name\":\"a\",\"scopes\":[null]}",
      "{\"name\":\"a\",\"scopes\":[\"proxy\"],\"calls_per_minute\":0}",
      "{\"name\":\"a\",\"scopes\":[\"proxy\"],\"calls_per_month\":-1}",
      "{\"name\":\"a\",\"scopes\":[\"proxy\"],\"expires_at\":\"2020-01-01T00:00:00Z\"}"})
  void aWishOfAWrongFormIsRefused(String body) {
    assertThat(ask(body).expect(400).code()).isEqualTo("invalid_request");
  }

  @Test
  @Tag("S70")
  void noKeyIsTaken() {
    assertThat(ask("{\"name\":\"a\",\"scopes\":[\"proxy\"],\"api_key\":\"x\"}").expect(400).code()).isEqualTo("secret_refused");
    assertThat(ask("{\"name\":\"ap_sk_0123456789abcdef\",\"scopes\":[\"proxy\"]}").expect(400).code())
        .isEqualTo("secret_refused");
    assertThat(
        PLANE.asSuperuser("select column_name from information_schema.columns where table_name in ('api_key', 'api_key_request')"
            + " and column_name ~ 'hash|secret|prefix'"))
        .isEmpty();
  }

  @Test
  @Tag("S33")
  void whatBelongsToAnotherWorkspaceIsUnknown() {
    String wish = ask("{\"name\":\"a\",\"scopes\":[\"proxy\"]}").expect(201).json().path("id").asText();
    ApiKeyId key = new ApiKeyId(UUID.randomUUID());
    report(key, null, Report.ApiKey.Status.ACTIVE, NOW);
    developer.send("POST", path + "/integrations", "{\"provider\":\"sandbox-key\"}").expect(201);
    String integration = developer.get(path + "/integrations/sandbox-key").expect(200).json().path("id").asText();
    String own = "/api/v1/workspaces/" + PLANE.workspace();
    ControlClient other = PLANE.member(own.substring(own.lastIndexOf('/') + 1), Role.OWNER);
    other.get(own + "/api-key-requests/" + wish).expect(404);
    other.send("DELETE", own + "/api-key-requests/" + wish, null).expect(404);
    other.get(own + "/api-keys/" + key).expect(404);
    other.send("PATCH", own + "/api-keys/" + key, "{\"disabled\":true}").expect(404);
    other.send("POST", own + "/api-key-requests",
        "{\"name\":\"a\",\"scopes\":[\"proxy\"],\"integrations\":[\"" + integration + "\"]}").expect(422);
    assertThat(other.get(own + "/api-keys").expect(200).json().path("data")).isEmpty();
    developer.get(path + "/api-keys/" + key).expect(200);
  }

  @Test
  void thePlanLimitsKeysAndWishesTogether() {
    String small = PLANE.person().send("POST", "/api/v1/workspaces", "{\"name\":\"w" + UUID.randomUUID()
        + "\",\"plan\":\"starter\"}").expect(201).json().path("id").asText();
    ControlClient admin = PLANE.member(small, Role.ADMIN);
    String wishes = "/api/v1/workspaces/" + small + "/api-key-requests";
    for (int i = 0; i < 5; i++) {
      admin.send("POST", wishes, "{\"name\":\"a\",\"scopes\":[\"proxy\"]}").expect(201);
    }
    assertThat(admin.send("POST", wishes, "{\"name\":\"a\",\"scopes\":[\"proxy\"]}").expect(409).code())
        .isEqualTo("plan_limit_reached");
    assertThat(admin.get(wishes + "?limit=2").expect(200).json().path("next_cursor").isTextual()).isTrue();
  }

  private ControlClient.Answer ask(String body) {
    return developer.send("POST", path + "/api-key-requests", body);
  }

  private ControlClient.Answer narrow(ApiKeyId key, String body) {
    return developer.send("PATCH", path + "/api-keys/" + key, body);
  }

  private void report(ApiKeyId key, @Nullable ApiKeyRequestId request, Report.ApiKey.Status status, Instant at) {
    DATABASE.run(id,
        tx -> keys.report(tx, AuditActor.dataPlane(new DataPlaneId(UUID.randomUUID())), new Report.ApiKey(at, id, key, request,
            "back end", List.of("proxy", "connect"), status, NOW, Instant.parse("2099-01-01T00:00:00Z"))));
  }
}
