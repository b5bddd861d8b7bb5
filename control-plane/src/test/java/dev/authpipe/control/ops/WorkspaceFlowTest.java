package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.WorkspaceId;

/** Workspaces from their creation to the request for their deletion, with their audit log. */
class WorkspaceFlowTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  void aWorkspaceIsMadeChangedAndAskedToBeDeletedAndEachStepIsRecorded() {
    ControlClient person = plane.person();
    JsonNode made = person.send("POST", "/api/v1/workspaces", "{\"name\":\"w" + UUID.randomUUID() + "\",\"region\":\"us\"}")
        .expect(201).json();
    String id = made.path("id").asText();
    String path = "/api/v1/workspaces/" + id;
    assertThat(made.path("role").asText()).isEqualTo("owner");
    assertThat(made.path("region").asText()).isEqualTo("us");
    assertThat(made.path("plan").asText()).isEqualTo("team");

    ControlClient owner = person.as(id, Role.OWNER);
    assertThat(owner.send("PATCH", path, "{\"display_name\":\"Acme\",\"plan\":\"business\"}").expect(200).json()
        .path("version").asInt()).isEqualTo(2);
    assertThat(plane.member(id, Role.ADMIN).send("PATCH", path, "{\"plan\":\"starter\"}").expect(403).code())
        .isEqualTo("role_missing");
    assertThat(plane.member(id, Role.ADMIN).send("PATCH", path, "{\"display_name\":\"Acme 2\"}").expect(200).json().path("plan")
        .asText()).isEqualTo("business");
    for (String moved : java.util.List.of("{\"region\":\"eu\"}", "{\"display_name\":\"Acme 2\",\"region\":\"eu\"}")) {
      assertThat(owner.send("PATCH", path, moved).status()).as("a region is for good").isEqualTo(400);
    }
    assertThat(owner.get(path).json().path("region").asText()).isEqualTo("us");
    owner.send("DELETE", path, null).expect(202);
    assertThat(owner.send("DELETE", path, null).expect(409).code()).isEqualTo("conflict");
    assertThat(owner.send("PATCH", path, "{}").expect(409).code()).isEqualTo("conflict");
    assertThat(owner.get(path).expect(200).json().has("deletion_requested_at")).isTrue();

    JsonNode events = owner.get(path + "/audit-events").expect(200).json().path("data");
    assertThat(events.findValuesAsText("type")).containsExactly("workspace.deletion_requested", "workspace.changed",
        "workspace.changed", "workspace.created");
    assertThat(events.path(3).path("actor").path("id").asText()).isEqualTo(person.id().toString());
    assertThat(events.path(3).path("request_id").asText()).startsWith("req_");
    assertThat(events.path(0).path("seq").asInt()).isEqualTo(3);
  }

  @Test
  void theLogIsListedInPagesAndItsBytesAreTheLeaves() {
    String id = plane.workspace();
    ControlClient owner = plane.member(id, Role.OWNER);
    owner.send("PATCH", "/api/v1/workspaces/" + id, "{\"display_name\":\"One\"}").expect(200);
    String path = "/api/v1/workspaces/" + id + "/audit-events";
    JsonNode first = owner.get(path + "?limit=1").expect(200).json();
    JsonNode second = owner.get(path + "?limit=1&cursor=" + first.path("next_cursor").asText()).expect(200).json();
    assertThat(first.path("data").path(0).path("seq").asInt()).isEqualTo(1);
    assertThat(second.path("data").path(0).path("seq").asInt()).isZero();
    assertThat(second.has("next_cursor")).isFalse();
    assertThat(owner.get(path + "?type=workspace.created").expect(200).json().path("data")).hasSize(1);
    assertThat(owner.get(path + "?type=nothing").expect(400).code()).isEqualTo("invalid_request");

    String text = owner.get(path + "?limit=1").expect(200).text();
    String event = text.substring("{\"data\":[".length(), text.indexOf("],\"next_cursor\""));
    assertThat(plane.asSuperuser("select encode(leaf, 'hex') from audit_event where seq = 1 and workspace_id = '"
        + WorkspaceId.parse(id).value() + "'"))
        .containsExactly(HexFormat.of().formatHex(MerkleTree.leafHash(event.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aNameThatIsTakenIsToldAndNothingIsMade() {
    String body = "{\"name\":\"w" + UUID.randomUUID() + "\"}";
    plane.person().send("POST", "/api/v1/workspaces", body).expect(201);
    String before = plane.asSuperuser("select count(*) from audit_event").getFirst();
    assertThat(plane.person().send("POST", "/api/v1/workspaces", body).expect(409).code()).isEqualTo("name_taken");
    assertThat(plane.asSuperuser("select count(*) from audit_event").getFirst()).isEqualTo(before);
  }

  @Test
  void onesOwnWorkspacesAreListedInPages() {
    ControlClient person = plane.person();
    for (int i = 0; i < 3; i++) {
      person = person.as(plane.workspace(), Role.VIEWER);
    }
    plane.workspace();
    JsonNode page = person.get("/api/v1/workspaces?limit=2").expect(200).json();
    JsonNode rest = person.get("/api/v1/workspaces?limit=2&cursor=" + page.path("next_cursor").asText()).expect(200).json();
    assertThat(page.path("data")).hasSize(2);
    assertThat(rest.path("data")).hasSize(1);
    assertThat(rest.has("next_cursor")).isFalse();
    assertThat(page.path("data").path(0).path("role").asText()).isEqualTo("viewer");
  }

  @Test
  void plansAndRegionsAreToldToWhoIsSignedIn() {
    JsonNode plans = plane.person().get("/api/v1/plans").expect(200).json();
    assertThat(plans.path("regions").toString()).isEqualTo("[\"eu\",\"us\"]");
    assertThat(plans.path("data").findValuesAsText("name")).contains("starter", "team");
  }
}
