package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Reports over the real link, from honest and from hostile proxies. */
@Tag("S72")
class ReportFlowTest {
  private static final String NIL = new WorkspaceId(new UUID(0, 0)).toString();
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final LinkClient proxy = plane.enrolled(workspace);
  private final String integration = LinkClient.id("int");
  private final String key = LinkClient.id("key");

  private LinkClient.Report usage(String of, long calls) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("integration", integration);
    members.put("key", key);
    members.put("window_start", Instant.now().truncatedTo(ChronoUnit.HOURS).toString().replace("Z", ".000Z"));
    members.put("window_seconds", 60);
    members.put("calls", calls);
    for (String name : List.of("token_reads", "refused", "failed", "provider_errors", "refreshes")) {
      members.put(name, 1);
    }
    return new LinkClient.Report("usage", of, members);
  }

  private long next(ControlClient.Answer answer) {
    return answer.expect(200).json().path("next").asLong();
  }

  private List<String> calls() {
    return plane.asSuperuser("select calls || ' ' || token_reads from usage_hour where integration_id = '"
        + IntegrationId.parse(integration).value() + "'");
  }

  private List<String> refusals() {
    return plane.member(workspace, Role.OWNER)
        .get("/api/v1/workspaces/" + workspace + "/audit-events?type=data_plane.refused").expect(200).json().path("data")
        .findValuesAsText("reason");
  }

  @Test
  void eachNumberIsTakenOnceAndUsageIsSummedByHour() {
    assertThat(next(proxy.report(100, usage(workspace, 5), usage(workspace, 7)))).isEqualTo(102);
    assertThat(calls()).containsExactly("12 2");
    assertThat(next(proxy.report(100, usage(workspace, 5), usage(workspace, 7)))).as("a repetition").isEqualTo(102);
    assertThat(next(proxy.report(101, usage(workspace, 7), usage(workspace, 1)))).as("half of it new").isEqualTo(103);
    assertThat(calls()).containsExactly("13 3");
    assertThat(refusals()).isEmpty();
  }

  @Test
  void aGapIsNotTakenAndRecorded() {
    assertThat(next(proxy.report(1, usage(workspace, 5)))).isEqualTo(2);
    assertThat(next(proxy.report(9, usage(workspace, 1_000)))).isEqualTo(2);
    assertThat(next(proxy.report(9, usage(workspace, 1_000)))).isEqualTo(2);
    assertThat(calls()).containsExactly("5 1");
    assertThat(refusals()).as("once a minute").containsExactly("report_gap");
  }

  @Test
  void aWorkspaceOfOthersIsNotTouchedAndTheRefusalRecorded() {
    String foreign = plane.workspace();
    LinkClient others = plane.enrolled(foreign);
    assertThat(next(proxy.report(1, usage(foreign, 1_000), usage(workspace, 5)))).isEqualTo(3);
    assertThat(calls()).containsExactly("5 1");
    assertThat(refusals()).containsExactly("foreign_workspace");
    assertThat(next(others.report(1, usage(foreign, 2)))).as("others are unaffected").isEqualTo(2);
    assertThat(calls()).containsExactlyInAnyOrder("5 1", "2 1");
  }

  @Test
  void unknownMembersAndKindsAreRefusedAndRecordedAndNothingIsTaken() {
    String whole = "{\"v\":1,\"first\":1,\"reports\":[" + usage(workspace, 5).json() + "]}";
    for (String body : List.of(whole.replace("\"calls\"", "\"end_user\":\"anna@example.org\",\"calls\""),
        whole.replace("\"usage\"", "\"access_token\""), whole.replace("\"v\":1", "\"v\":2"),
        whole.replace("\"calls\":5", "\"calls\":-5"), whole.replace("\"calls\":5", "\"calls\":5,\"calls\":6"),
        whole.replace("\"calls\":5", "\"calls\":5.5"), whole.replace("{\"v\"", "{\"more\":{},\"v\""), "[]", "", "{",
        "[".repeat(10_000))) {
      ControlClient.Answer answer = proxy.post("/link/v1/reports", body);
      assertThat(answer.status()).as(body.substring(0, Math.min(80, body.length()))).isEqualTo(400);
      assertThat(answer.text()).doesNotContain("anna@");
    }
    assertThat(calls()).isEmpty();
    assertThat(refusals()).containsExactly("malformed");
    assertThat(next(proxy.post("/link/v1/reports", whole))).isEqualTo(2);
  }

  @Test
  void moreThan500ReportsAreRefused() {
    LinkClient.Report[] many = new LinkClient.Report[501];
    java.util.Arrays.fill(many, new LinkClient.Report("lost", NIL, Map.of("count", 1)));
    assertThat(proxy.report(1, many).status()).isEqualTo(400);
    assertThat(next(proxy.report(1, java.util.Arrays.copyOf(many, 500)))).isEqualTo(501);
  }

  @Test
  void lossesJobsChangesAndErasuresAreKept() {
    proxy.report(7, new LinkClient.Report("lost", NIL, Map.of("count", 40)),
        new LinkClient.Report("job", NIL, Map.of("job", "retention", "status", "failed", "reason", "store_unavailable")),
        new LinkClient.Report("change", workspace, Map.of("change", LinkClient.id("chg"), "status", "waiting")),
        new LinkClient.Report("erasure", workspace, Map.of("erasure", LinkClient.id("era"), "connections", 3, "pending", 1)))
        .expect(200);
    String mine = " where data_plane_id = (select data_plane_id from data_plane where identity = decode('"
        + proxy.key().identity() + "', 'hex'))";
    assertThat(plane.asSuperuser("select reports_lost from data_plane" + mine)).containsExactly("40");
    assertThat(plane.asSuperuser("select job || ' ' || status || ' ' || reason from data_plane_job" + mine))
        .containsExactly("retention failed store_unavailable");
    assertThat(plane.asSuperuser("select status from data_plane_change" + mine)).containsExactly("waiting");
    assertThat(plane.asSuperuser("select connections || ' ' || pending from data_plane_erasure where workspace_id = '"
        + WorkspaceId.parse(workspace).value() + "'")).containsExactly("3 1");
  }

  @Test
  void connectionsKeysAndSecretsReachTheRoomsThatShowThem() {
    ControlClient owner = plane.member(workspace, Role.OWNER);
    String path = "/api/v1/workspaces/" + workspace;
    String made = owner.send("POST", path + "/integrations",
        "{\"slug\":\"chat\",\"provider\":\"slack\",\"client_id\":\"c-1\",\"scopes\":[\"chat:write\"]}").expect(201).json()
        .path("id")
        .asText();
    assertThat(proxy.get("/link/v1/feed").expect(200).text()).contains(made, "\"slug\":\"chat\"", "\"client_id\":\"c-1\"");
    String connection = LinkClient.id("conn");
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000Z");
    proxy.report(1,
        new LinkClient.Report("connection", workspace, Map.of("connection", connection, "integration", made, "status", "active",
            "state", "reauth_required", "reason", "invalid_grant", "scopes_missing", 0, "created_at", now)),
        new LinkClient.Report("client_secret", workspace, Map.of("integration", made, "present_since", now, "version", 1)),
        new LinkClient.Report("api_key", workspace, Map.of("key", key, "name", "back end", "scopes", List.of("proxy"), "status",
            "active", "created_at", now)))
        .expect(200);
    assertThat(owner.get(path + "/connections/" + connection).expect(200).text()).contains("reauth_required");
    assertThat(owner.get(path + "/integrations/" + made).expect(200).text()).contains("\"client_secret_number\":1");
    assertThat(owner.get(path + "/api-keys/" + key).expect(200).text()).contains("back end");
    assertThat(
        proxy.get("/link/v1/feed").expect(200).json().path("workspaces").path(0).path("api_keys").path(0).path("id").asText())
        .isEqualTo(key);
  }

  @Test
  void hostileNumbersOverflowNothing() {
    assertThat(next(proxy.report(1, usage(workspace, Long.MAX_VALUE), usage(workspace, Long.MAX_VALUE)))).isEqualTo(3);
    assertThat(calls()).containsExactly("2000000000 2");
    LinkClient other = plane.enrolled(workspace);
    assertThat(other.report(Long.MAX_VALUE - 1, usage(workspace, 1), usage(workspace, 1), usage(workspace, 1)).status())
        .isEqualTo(400);
    assertThat(plane.member(workspace, Role.OWNER).get("/api/v1/workspaces/" + workspace + "/data-planes").status())
        .isEqualTo(200);
  }

  @Test
  void aRefusalIsRecordedAgainAfterAMinute() {
    proxy.post("/link/v1/reports", "{}").expect(400);
    plane.move(Duration.ofMinutes(2));
    proxy.post("/link/v1/heartbeat", "{}").expect(400);
    assertThat(refusals()).containsExactly("malformed", "malformed");
  }
}
