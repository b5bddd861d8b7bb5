package dev.authpipe.control.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Integrations from their creation to their end, as a developer meets them over HTTP. */
class IntegrationFlowTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();
  private static final Database DATABASE = PLANE.openDatabase();
  private static final String SLACK = "{\"provider\":\"slack\",\"client_id\":\"1.2\",\"scopes\":[\"chat:write\"],"
      + "\"return_urls\":[\"https://app.acme.com/done\"]%s}";

  private final String workspace = PLANE.workspace();
  private final String path = "/api/v1/workspaces/" + workspace + "/integrations";
  private final ControlClient developer = PLANE.member(workspace, Role.DEVELOPER);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void anIntegrationIsMadeChangedAndDeletedAndEachStepIsRecorded() {
    JsonNode made = create("").expect(201).json();
    String id = made.path("id").asText();
    assertThat(made.path("slug").asText()).isEqualTo("slack");
    assertThat(made.path("application_name").asText()).startsWith("w");
    assertThat(made.path("client_secret_since").isNull()).isTrue();
    long version = version();

    JsonNode changed = developer
        .send("PATCH", path + "/slack", "{\"note\":\"ours\",\"proxy_only\":true,\"scopes\":[\"a\",\"b\"]}")
        .expect(200).json();
    assertThat(changed.path("version").asInt()).isEqualTo(2);
    assertThat(changed.path("client_id").asText()).isEqualTo("1.2");
    assertThat(version()).isEqualTo(version + 1);
    assertThat(developer.send("PATCH", path + "/" + id, "{\"note\":\"ours\"}").expect(200).json().path("version").asInt())
        .as("nothing changed").isEqualTo(2);
    assertThat(version()).isEqualTo(version + 1);
    assertThat(developer.get(path + "/" + id).expect(200).json()).isEqualTo(changed);

    developer.send("DELETE", path + "/slack", null).expect(204);
    assertThat(developer.get(path + "/" + id).expect(404).code()).isEqualTo("not_found");
    assertThat(version()).isEqualTo(version + 2);
    JsonNode events = PLANE.member(workspace, Role.ADMIN)
        .get("/api/v1/workspaces/" + workspace + "/audit-events?type=integration.changed").expect(200).json().path("data");
    assertThat(events.findValuesAsText("change")).containsExactly("removed", "updated", "created");
    assertThat(events.path(0).path("object").path("id").asText()).isEqualTo(id);
    assertThat(events.path(0).path("actor").path("id").asText()).isEqualTo(developer.id().toString());
  }

  @Test
  void aSlugIsUniqueInItsWorkspaceAndNeverChanges() {
    create("").expect(201);
    assertThat(create("").expect(409).code()).isEqualTo("name_taken");
    create(",\"slug\":\"slack-2\"").expect(201);
    assertThat(developer.send("PATCH", path + "/slack", "{\"slug\":\"other\"}").expect(422).code()).isEqualTo("unprocessable");
    assertThat(developer.send("PATCH", path + "/slack", "{\"provider\":\"github\"}").expect(422).code())
        .isEqualTo("unprocessable");
    String other = PLANE.workspace();
    PLANE.member(other, Role.ADMIN).send("POST", "/api/v1/workspaces/" + other + "/integrations", SLACK.formatted(""))
        .expect(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://app.acme.com/done", "https://*.acme.com/done", "https://user@acme.com/", "https://acme.com/#x",
      "https://ACME.com/", "https://acme.com/a/../b", "javascript:alert(1)", "/done", "https://", "https://acme.com/ x", "",
      "http://127.0.0.1.acme.com/", "https://acme.com:0/"})
  @Tag("S20")
  void aReturnUrlThatIsNotExactIsRefused(String url) {
    assertThat(developer.send("POST", path, SLACK.formatted("").replace("https://app.acme.com/done", url)).expect(400).code())
        .isEqualTo("invalid_request");
  }

  @Test
  void httpIsForLoopbackOnly() {
    developer.send("POST", path, SLACK.formatted("").replace("https://app.acme.com/done", "http://127.0.0.1:3000/done"))
        .expect(201);
    developer.send("PATCH", path + "/slack", "{\"return_urls\":[\"http://localhost:3000/\"]}").expect(200);
    developer.send("PATCH", path + "/slack", "{\"return_urls\":[\"http://10.0.0.1/\"]}").expect(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {",\"client_secret\":\"s3cr3t-canary\"", ",\"secret\":\"s3cr3t-canary\"",
      ",\"private_key\":\"s3cr3t-canary\"", ",\"params\":{\"client_secret\":\"s3cr3t-canary\"}",
      ",\"note\":\"-----BEGIN PRIVATE KEY----- s3cr3t-canary\"", ",\"note\":\"xoxb-s3cr3t-canary\"",
      ",\"application_name\":\"ap_sk_0123456789abcdefs3cr3t-canary\""})
  @Tag("S70")
  void aSecretIsRefusedAndTheAnswerNamesTheCommand(String member) {
    ControlClient.Answer refused = create(member).expect(400);
    assertThat(refused.code()).isEqualTo("secret_refused");
    assertThat(refused.json().path("detail").asText()).contains("bin/authpipe secret set");
    assertThat(refused.text()).doesNotContain("s3cr3t-canary");
    assertThat(developer.get(path).expect(200).json().path("data")).isEmpty();
  }

  @Test
  void otherUnknownFieldsAreRefusedAsSuch() {
    assertThat(create(",\"token_endpoint\":\"https://evil.com\"").expect(400).code()).isEqualTo("unknown_field");
    assertThat(create(",\"api_base\":\"https://evil.com\"").expect(400).code()).isEqualTo("unknown_field");
  }

  @Test
  void whatTheProviderDoesNotTakeIsRefused() {
    assertThat(developer.send("POST", path, "{\"provider\":\"nothing\",\"client_id\":\"x\"}").expect(422).code())
        .isEqualTo("unprocessable");
    developer.send("POST", path, "{\"provider\":\"slack\"}").expect(400);
    developer.send("POST", path, "{\"provider\":\"sandbox-key\",\"client_id\":\"x\"}").expect(400);
    developer.send("POST", path, "{\"provider\":\"sandbox-key\"}").expect(201);
    create(",\"params\":{\"nothing\":\"x\"}").expect(422);
    create(",\"params\":{\"user_scope\":\"A B\"}").expect(400);
    create(",\"params\":{\"user_scope\":null}").expect(400);
    create(",\"note\":\"two\\nlines\"").expect(400);
    create(",\"params\":{\"user_scope\":\"search:read\"}").expect(201);
  }

  @Test
  void thePlanLimitsHowManyThereMayBe() {
    String small = PLANE.person().send("POST", "/api/v1/workspaces", "{\"name\":\"w" + java.util.UUID.randomUUID()
        + "\",\"plan\":\"starter\"}").expect(201).json().path("id").asText();
    ControlClient admin = PLANE.member(small, Role.ADMIN);
    for (int i = 0; i < 10; i++) {
      admin.send("POST", "/api/v1/workspaces/" + small + "/integrations", SLACK.formatted(",\"slug\":\"s" + i + "\""))
          .expect(201);
    }
    assertThat(admin.send("POST", "/api/v1/workspaces/" + small + "/integrations", SLACK.formatted("")).expect(409).code())
        .isEqualTo("plan_limit_reached");
  }

  @Test
  void aCreationIsRepeatableAndListsHavePages() {
    ControlClient once = developer.with("Idempotency-Key", "k");
    JsonNode first = once.send("POST", path, SLACK.formatted("")).expect(201).json();
    assertThat(once.send("POST", path, SLACK.formatted("")).expect(201).json()).isEqualTo(first);
    assertThat(once.send("POST", path, SLACK.formatted(",\"slug\":\"b\"")).expect(422).code())
        .isEqualTo("idempotency_key_reused");
    developer.with("Idempotency-Key", null);
    create(",\"slug\":\"b\"").expect(201);
    JsonNode page = developer.get(path + "?limit=1").expect(200).json();
    JsonNode rest = developer.get(path + "?limit=1&cursor=" + page.path("next_cursor").asText()).expect(200).json();
    assertThat(List.of(page.at("/data/0/slug").asText(), rest.at("/data/0/slug").asText())).containsExactly("slack", "b");
    assertThat(rest.has("next_cursor")).isFalse();
  }

  @Test
  void theSetupSaysWhatToRegisterAndWhichCommandToRun() {
    String id = create("").expect(201).json().path("id").asText();
    JsonNode setup = developer.get(path + "/slack/setup").expect(200).json();
    assertThat(setup.path("callback_url").asText()).isEqualTo("https://<connect origin>/callback/" + id);
    assertThat(setup.path("callback_url_complete").asBoolean()).isFalse();
    assertThat(setup.path("client_secret_missing").asBoolean()).isTrue();
    assertThat(setup.path("commands").toString()).contains("bin/authpipe approve", "bin/authpipe secret set slack --workspace w");
    PLANE.member(workspace, Role.ADMIN)
        .send("PATCH", "/api/v1/workspaces/" + workspace + "/policy", "{\"connect_origin\":\"https://connect.acme.com\"}")
        .expect(200);

    Instant since = Instant.parse("2026-01-02T03:04:05Z");
    DATABASE.run(WorkspaceId.parse(workspace), tx -> {
      IntegrationStore.secretPresent(tx, IntegrationId.parse(id), since, 2);
      IntegrationStore.secretPresent(tx, IntegrationId.parse(id), since.plusSeconds(1), 1);
    });
    setup = developer.get(path + "/" + id + "/setup").expect(200).json();
    assertThat(setup.path("callback_url").asText()).isEqualTo("https://connect.acme.com/callback/" + id);
    assertThat(setup.path("client_secret_missing").asBoolean()).isFalse();
    assertThat(setup.path("commands")).hasSize(1);
    JsonNode integration = developer.get(path + "/slack").expect(200).json();
    assertThat(integration.path("client_secret_since").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(integration.path("client_secret_number").asInt()).isEqualTo(2);
  }

  @Test
  @Tag("S33")
  void anIntegrationOfAnotherWorkspaceIsUnknown() {
    String id = create("").expect(201).json().path("id").asText();
    String own = PLANE.workspace();
    ControlClient other = PLANE.member(own, Role.OWNER);
    for (Map.Entry<String, String> call : Map.of("GET", "", "PATCH", "{\"note\":\"x\"}", "DELETE", "").entrySet()) {
      String foreign = "/api/v1/workspaces/" + own + "/integrations/" + id;
      String unknown = "/api/v1/workspaces/" + own + "/integrations/int_01h455vb4pex5vsknk084sn02q";
      String body = call.getValue().isEmpty() ? null : call.getValue();
      assertThat(other.send(call.getKey(), foreign, body).expect(404).text().replaceAll("req_\\w+", ""))
          .isEqualTo(other.send(call.getKey(), unknown, body).expect(404).text().replaceAll("req_\\w+", ""));
    }
    developer.get(path + "/" + id).expect(200);
  }

  @Test
  void aWorkspaceThatIsToBeDeletedIsNoLongerChanged() {
    create("").expect(201);
    PLANE.member(workspace, Role.OWNER).send("DELETE", "/api/v1/workspaces/" + workspace, null).expect(202);
    assertThat(create(",\"slug\":\"b\"").expect(409).code()).isEqualTo("conflict");
    developer.send("PATCH", path + "/slack", "{\"note\":\"x\"}").expect(409);
    developer.get(path + "/slack").expect(200);
  }

  private ControlClient.Answer create(String more) {
    return developer.send("POST", path, SLACK.formatted(more));
  }

  private long version() {
    return Long.parseLong(PLANE.asSuperuser("select version from configuration_version where workspace_id = '"
        + WorkspaceId.parse(workspace).value() + "'").getFirst());
  }
}
