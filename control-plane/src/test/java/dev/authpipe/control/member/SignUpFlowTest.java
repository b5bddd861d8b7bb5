package dev.authpipe.control.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.wire.WorkspaceId;

/** How people come in: by an operator's link or by an invitation, and how they become members. */
class SignUpFlowTest {
  private final PeopleStage stage = PeopleStage.shared();

  @Test
  void theFirstOwnerComesInByTheOperatorsLinkAndBringsOthers() {
    String email = PeopleStage.address();
    Visitor owner = stage.visitor();
    assertThat(owner.post("/api/v1/sign-up", "code", stage.operatorInvitation(email), "display_name", "Ada", "password",
        PeopleStage.PASSWORD).expect(200).json().path("status").asText()).isEqualTo("verify_address");
    assertThat(owner.isSignedIn()).isFalse();
    assertThat(owner.signIn(email, PeopleStage.PASSWORD).expect(403).code()).isEqualTo("address_unverified");
    String code = stage.mail().take(email).code();
    owner.post("/api/v1/verify", "code", code, "password", PeopleStage.PASSWORD).expect(200);
    assertThat(owner.isSignedIn()).isTrue();

    String workspace = owner.post("/api/v1/workspaces", "name", "w" + UUID.randomUUID()).expect(201).json().path("id").asText();
    assertThat(owner.get("/api/v1/session").json().path("roles").path(workspace).asText()).isEqualTo("owner");
    String other = PeopleStage.address();
    owner.post("/api/v1/workspaces/" + workspace + "/invitations", "email", other, "role", "developer").expect(201);
    Visitor developer = stage.visitor();
    String invitation = stage.mail().take(other).code();
    developer.post("/api/v1/sign-up", "code", invitation, "display_name", "Ben", "password", PeopleStage.PASSWORD).expect(200);
    assertThat(developer.get("/api/v1/session").json().path("roles").path(workspace).asText()).isEqualTo("developer");
    assertThat(developer.post("/api/v1/sign-up", "code", invitation, "display_name", "Ben", "password", PeopleStage.PASSWORD)
        .expect(422).code()).as("a code works once").isEqualTo("code_invalid");
    JsonNode members = owner.get("/api/v1/workspaces/" + workspace + "/members").expect(200).json().path("data");
    assertThat(members.findValuesAsText("email")).containsExactlyInAnyOrder(email, other);
    JsonNode events = owner.get("/api/v1/workspaces/" + workspace + "/audit-events").expect(200).json().path("data");
    assertThat(events.findValuesAsText("type")).containsExactly("member.joined", "member.invited", "workspace.created");
    assertThat(events.toString()).doesNotContain(email, other, "Ada", "Ben");
    assertThat(planeEvents(owner.id())).contains("person.created", "person.verified", "person.signed_in");
  }

  @Test
  @Tag("S83")
  void theCodeOfAnAddressAloneVerifiesNothing() {
    String email = PeopleStage.address();
    Visitor attacker = stage.visitor();
    attacker.post("/api/v1/sign-up", "code", stage.operatorInvitation(email), "display_name", "Eve", "password",
        PeopleStage.PASSWORD).expect(200);
    String code = stage.mail().take(email).code();
    assertThat(stage.visitor().post("/api/v1/verify", "code", code, "password", "whatever they think").expect(401).code())
        .isEqualTo("sign_in_failed");
    assertThat(
        stage.visitor().post("/api/v1/verify", "code", "A".repeat(43), "password", PeopleStage.PASSWORD).expect(422).code())
        .isEqualTo("code_invalid");
    PeopleStage.later(Duration.ofHours(24), () -> assertThat(
        attacker.post("/api/v1/verify", "code", code, "password", PeopleStage.PASSWORD).expect(422).code())
        .isEqualTo("code_invalid"));
    attacker.post("/api/v1/verify", "code", code, "password", PeopleStage.PASSWORD).expect(200);
  }

  @Test
  void aPasswordHasToBeFit() {
    String email = "longenough" + UUID.randomUUID() + "@example.test";
    String code = stage.operatorInvitation(email);
    for (String password : List.of("short", "aaaaaaaaaaaaaaaa", email, "x1y2".repeat(65))) {
      assertThat(stage.visitor().post("/api/v1/sign-up", "code", code, "display_name", "Ada", "password", password).expect(422)
          .code()).isEqualTo("password_unfit");
    }
  }

  @Test
  void anInvitationRunsOutAfterSevenDaysAndCanBeWithdrawn() {
    String workspace = stage.plane().workspace();
    ControlClient owner = stage.plane().member(workspace, Role.OWNER);
    String path = "/api/v1/workspaces/" + workspace + "/invitations";
    String email = PeopleStage.address();
    String id = invite(owner, path, email, "viewer").expect(201).json().path("id").asText();
    String code = stage.mail().take(email).code();
    PeopleStage.later(Duration.ofDays(7), () -> assertThat(accepted(code)).isEqualTo(422));
    assertThat(owner.get(path).expect(200).json().path("data").findValuesAsText("id")).containsExactly(id);
    owner.send("DELETE", path + "/" + id, null).expect(204);
    owner.send("DELETE", path + "/" + id, null).expect(404);
    assertThat(accepted(code)).isEqualTo(422);
  }

  @Test
  void ofTwoWhoUseOneCodeAtOnceOneWins() {
    String workspace = stage.plane().workspace();
    String email = PeopleStage.address();
    invite(stage.plane().member(workspace, Role.OWNER), "/api/v1/workspaces/" + workspace + "/invitations", email, "viewer");
    String code = stage.mail().take(email).code();
    String body = Visitor.body("code", code, "display_name", "Ada", "password", PeopleStage.PASSWORD);
    List<ControlClient> clients = IntStream.range(0, 6).mapToObj(_ -> stage.visitor().ready()).toList();
    List<Integer> statuses = AtOnce.run(clients, client -> client.send("POST", "/api/v1/sign-up", body).status());
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 422);
    assertThat(stage.plane().asSuperuser("select count(*) from person where email = '" + email + "'")).containsExactly("1");
  }

  @Test
  void somebodyWithAnAccountAcceptsWhatWasSentToTheirOwnAddress() {
    String email = PeopleStage.address();
    Visitor person = stage.registered(email);
    String workspace = stage.plane().workspace();
    ControlClient owner = stage.plane().member(workspace, Role.OWNER);
    String path = "/api/v1/workspaces/" + workspace + "/invitations";
    String other = PeopleStage.address();
    invite(owner, path, other, "admin").expect(201);
    assertThat(person.post("/api/v1/me/invitations", "code", stage.mail().take(other).code()).expect(422).code())
        .isEqualTo("code_invalid");
    invite(owner, path, email, "support").expect(201);
    String code = stage.mail().take(email).code();
    assertThat(stage.visitor().post("/api/v1/sign-up", "code", code, "display_name", "Ada", "password", PeopleStage.PASSWORD)
        .expect(409).code()).as("no second account for a verified address").isEqualTo("conflict");
    String before = person.cookie(Visitor.SESSION);
    person.post("/api/v1/me/invitations", "code", code).expect(204);
    assertThat(person.get("/api/v1/session").json().path("roles").path(workspace).asText()).isEqualTo("support");
    assertThat(person.cookie(Visitor.SESSION)).isNotEqualTo(before);
    assertThat(invite(owner, path, email, "viewer").expect(409).code()).isEqualTo("conflict");
  }

  @Test
  void onlyAnOwnerInvitesOwnersAndThePlanLimitsHowMany() {
    String workspace = stage.plane().workspace();
    String path = "/api/v1/workspaces/" + workspace + "/invitations";
    ControlClient admin = stage.plane().member(workspace, Role.ADMIN);
    assertThat(invite(admin, path, PeopleStage.address(), "owner").expect(403).code()).isEqualTo("role_missing");
    assertThat(invite(admin, path, "nobody", "viewer").expect(400).code()).isEqualTo("invalid_request");
    assertThat(invite(admin, path, PeopleStage.address(), "king").expect(400).code()).isEqualTo("invalid_request");
    stage.plane()
        .asSuperuser("update workspace set plan = 'starter' where workspace_id = '" + WorkspaceId.parse(workspace).value()
            + "'");
    int made = 0;
    ControlClient.Answer answer = invite(admin, path, PeopleStage.address(), "viewer");
    while (answer.status() == 201 && made < 200) {
      made++;
      answer = invite(admin, path, PeopleStage.address(), "viewer");
    }
    assertThat(answer.code()).isEqualTo("plan_limit_reached");
    assertThat(made).isPositive();
  }

  private int accepted(String code) {
    return stage.visitor().post("/api/v1/sign-up", "code", code, "display_name", "Ada", "password", PeopleStage.PASSWORD)
        .status();
  }

  private static ControlClient.Answer invite(ControlClient who, String path, String email, String role) {
    return who.send("POST", path, Visitor.body("email", email, "role", role));
  }

  private List<String> planeEvents(String person) {
    return stage.plane().asSuperuser("select type from audit_event where object_id = '" + person
        + "' and workspace_id = '00000000-0000-0000-0000-000000000000' order by seq");
  }
}
