package dev.authpipe.control.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.wire.WorkspaceId;

/** One's own account, and who stays in a workspace. */
class AccountFlowTest {
  private final PeopleStage stage = PeopleStage.shared();

  @Test
  @Tag("S84")
  void theExportHasEverythingButSecrets() {
    String email = PeopleStage.address();
    String workspace = stage.plane().workspace();
    Visitor person = stage.joined(workspace, Role.DEVELOPER, email);
    person.send("PATCH", "/api/v1/me", Visitor.body("display_name", "Grace")).expect(204);
    Authenticator app = Authenticator.enrol(person, PeopleStage.PASSWORD, PeopleStage.now());
    ControlClient.Answer answer = person.get("/api/v1/me/export").expect(200);
    JsonNode export = answer.json();
    assertThat(export.path("email").asText()).isEqualTo(email);
    assertThat(export.path("display_name").asText()).isEqualTo("Grace");
    assertThat(export.path("memberships").path(0).path("workspace_id").asText()).isEqualTo(workspace);
    assertThat(export.path("sessions")).hasSize(1);
    assertThat(export.path("has_password").asBoolean()).isTrue();
    assertThat(answer.text()).doesNotContain("argon2", PeopleStage.PASSWORD, person.cookie(Visitor.SESSION),
        app.recoveryCodes().getFirst());
  }

  @Test
  @Tag("S80")
  void theOpenSessionsAreShownAndAllOthersEnded() {
    String email = PeopleStage.address();
    Visitor person = stage.registered(email);
    Visitor other = stage.visitor();
    other.signIn(email, PeopleStage.PASSWORD).expect(200);
    Visitor somebodyElse = stage.registered(PeopleStage.address());
    ControlClient.Answer answer = person.get("/api/v1/me/sessions").expect(200);
    assertThat(answer.json().path("data")).hasSize(2);
    assertThat(answer.json().path("data").findValuesAsText("current")).containsExactlyInAnyOrder("true", "false");
    assertThat(current(other)).isNotEqualTo(current(person));
    assertThat(answer.text()).doesNotContain(person.cookie(Visitor.SESSION), other.cookie(Visitor.SESSION));
    person.send("POST", "/api/v1/me/sessions/end-others", null).expect(204);
    assertThat(other.isSignedIn()).isFalse();
    assertThat(person.isSignedIn()).isTrue();
    assertThat(somebodyElse.isSignedIn()).isTrue();
    assertThat(person.get("/api/v1/me/sessions").expect(200).json().path("data")).hasSize(1);
  }

  private static String current(Visitor visitor) {
    for (JsonNode session : visitor.get("/api/v1/me/sessions").expect(200).json().path("data")) {
      if (session.path("current").asBoolean()) {
        return session.path("id").asText();
      }
    }
    throw new AssertionError("no session is the current one");
  }

  @Test
  void theAddressChangesWhenBothSidesAreProved() {
    String email = PeopleStage.address();
    String wanted = PeopleStage.address();
    Visitor person = stage.registered(email);
    Visitor other = stage.visitor();
    other.signIn(email, PeopleStage.PASSWORD).expect(200);
    person.post("/api/v1/me/email", "email", wanted, "password", "not the password").expect(401);
    person.post("/api/v1/me/email", "email", wanted, "password", PeopleStage.PASSWORD).expect(202);
    String oldCode = stage.mail().take(email).code();
    String newCode = stage.mail().take(wanted).code();
    assertThat(confirm(person, oldCode, oldCode)).isEqualTo(422);
    assertThat(confirm(person, newCode, newCode)).isEqualTo(422);
    assertThat(confirm(stage.registered(PeopleStage.address()), oldCode, newCode)).as("somebody else").isEqualTo(422);
    PeopleStage.later(Duration.ofMinutes(25), () -> assertThat(person.isSignedIn()).isTrue());
    assertThat(confirm(person, oldCode, newCode)).isEqualTo(204);
    assertThat(confirm(person, oldCode, newCode)).isEqualTo(422);
    assertThat(other.isSignedIn()).isFalse();
    stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(401);
    stage.visitor().signIn(wanted, PeopleStage.PASSWORD).expect(200);
  }

  @Test
  void anAddressOfSomebodyElseIsNotTakenOver() {
    String email = PeopleStage.address();
    stage.registered(email);
    String mine = PeopleStage.address();
    Visitor person = stage.registered(mine);
    person.post("/api/v1/me/email", "email", email, "password", PeopleStage.PASSWORD).expect(202);
    String oldCode = stage.mail().take(mine).code();
    String newCode = stage.mail().take(email).code();
    assertThat(confirm(person, oldCode, newCode)).isEqualTo(409);
  }

  @Test
  void anAccountIsDeletedWithAllThatLeadsToThePerson() {
    String email = PeopleStage.address();
    String workspace = stage.plane().workspace();
    Visitor person = stage.joined(workspace, Role.SUPPORT, email);
    String id = person.id();
    Authenticator.enrol(person, PeopleStage.PASSWORD, PeopleStage.now());
    person.post("/api/v1/me/delete", "password", "not the password").expect(401);
    person.post("/api/v1/me/delete", "password", PeopleStage.PASSWORD).expect(204);
    assertThat(person.isSignedIn()).isFalse();
    stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(401);
    for (String table : List.of("person", "person_session", "recovery_code", "member", "mail_code", "email_change")) {
      assertThat(stage.plane().asSuperuser("select count(*) from " + table + " where person_id = '" + id + "'")).as(table)
          .containsExactly("0");
    }
    assertThat(stage.plane().asSuperuser("select type from audit_event where object_id = '" + id + "'"))
        .contains("person.deleted", "member.removed");
    assertThat(stage.plane().asSuperuser("select convert_from(body, 'UTF8') from audit_event").toString()).doesNotContain(email);
  }

  @Test
  void theLastOwnerCannotLeaveBeRemovedStepDownOrBeDeleted() {
    Visitor owner = stage.registered(PeopleStage.address());
    String workspace = owner.post("/api/v1/workspaces", "name", "w" + UUID.randomUUID()).expect(201).json().path("id").asText();
    String path = "/api/v1/workspaces/" + workspace + "/members/";
    for (ControlClient.Answer refused : List.of(owner.send("DELETE", path + owner.id(), null), owner.post(path + "leave"),
        owner.send("PATCH", path + owner.id(), Visitor.body("role", "viewer")),
        owner.post("/api/v1/me/delete", "password", PeopleStage.PASSWORD))) {
      assertThat(refused.expect(409).code()).isEqualTo("last_owner");
    }
    stage.plane().member(workspace, Role.OWNER);
    owner.post(path + "leave").expect(204);
    assertThat(owner.get("/api/v1/workspaces/" + workspace).status()).isEqualTo(404);
  }

  @Test
  void ofTwoOwnersWhoLeaveAtOnceOneStays() {
    String workspace = stage.plane().workspace();
    stage.plane().asSuperuser("delete from member where workspace_id = '" + WorkspaceId.parse(workspace).value() + "'");
    List<ControlClient> owners = List.of(stage.plane().member(workspace, Role.OWNER),
        stage.plane().member(workspace, Role.OWNER));
    List<Integer> statuses = AtOnce.run(owners,
        owner -> owner.send("POST", "/api/v1/workspaces/" + workspace + "/members/leave", null).status());
    assertThat(statuses).containsExactlyInAnyOrder(204, 409);
  }

  @Test
  void onlyOwnersMakeChangeAndRemoveOwners() {
    String workspace = stage.plane().workspace();
    ControlClient owner = stage.plane().member(workspace, Role.OWNER);
    ControlClient admin = stage.plane().member(workspace, Role.ADMIN);
    ControlClient viewer = stage.plane().member(workspace, Role.VIEWER);
    String path = "/api/v1/workspaces/" + workspace + "/members/";
    assertThat(admin.send("PATCH", path + owner.id(), Visitor.body("role", "viewer")).expect(403).code())
        .isEqualTo("role_missing");
    assertThat(admin.send("DELETE", path + owner.id(), null).expect(403).code()).isEqualTo("role_missing");
    assertThat(admin.send("PATCH", path + viewer.id(), Visitor.body("role", "owner")).expect(403).code())
        .isEqualTo("role_missing");
    admin.send("PATCH", path + viewer.id(), Visitor.body("role", "support")).expect(204);
    owner.send("PATCH", path + viewer.id(), Visitor.body("role", "owner")).expect(204);
    assertThat(owner.send("PATCH", path + UUID.randomUUID(), Visitor.body("role", "viewer")).status()).isEqualTo(404);
    assertThat(owner.send("PATCH", path + "somebody", Visitor.body("role", "viewer")).status()).isEqualTo(404);
  }

  @Test
  @Tag("S1")
  void noSecretStandsInTheStore() {
    String email = PeopleStage.address();
    Visitor person = stage.registered(email);
    Authenticator app = Authenticator.enrol(person, PeopleStage.PASSWORD, PeopleStage.now());
    stage.visitor().post("/api/v1/reset", "email", email).expect(202);
    String code = stage.mail().take(email).code();
    StringBuilder dump = new StringBuilder();
    for (String table : stage.plane().asSuperuser("select tablename from pg_tables where schemaname = 'public'")) {
      stage.plane().asSuperuser("select t::text from " + table + " t").forEach(dump::append);
    }
    assertThat(dump.toString()).contains(email);
    for (String secret : List.of(PeopleStage.PASSWORD, code, person.cookie(Visitor.SESSION), app.recoveryCodes().getFirst())) {
      assertThat(CanaryText.of(secret).search(dump.toString())).isEmpty();
    }
  }

  private static int confirm(Visitor person, String oldCode, String newCode) {
    return person.post("/api/v1/me/email/confirm", "old_code", oldCode, "new_code", newCode).status();
  }
}
