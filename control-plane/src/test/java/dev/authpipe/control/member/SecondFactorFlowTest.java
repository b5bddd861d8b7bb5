package dev.authpipe.control.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.ControlClient.Answer;

/** The second factor: who needs it, how it is set up, and how often a code counts. */
class SecondFactorFlowTest {
  private final PeopleStage stage = PeopleStage.shared();

  @Test
  void anOwnerCanDoNothingButEnrolFromTheSecondSignInOn() {
    String workspace = stage.plane().workspace();
    String email = PeopleStage.address();
    Visitor first = stage.joined(workspace, Role.OWNER, email);
    first.get("/api/v1/workspaces/" + workspace).expect(200);
    Visitor second = stage.visitor();
    second.signIn(email, PeopleStage.PASSWORD).expect(200);
    assertThat(second.get("/api/v1/session").expect(200).json().path("second_factor").asText()).isEqualTo("owed");
    for (Answer refused : List.of(second.get("/api/v1/workspaces/" + workspace), second.get("/api/v1/workspaces"),
        second.get("/api/v1/me/export"), second.post("/api/v1/workspaces", "name", "w" + UUID.randomUUID()),
        second.post("/api/v1/me/password", "current_password", PeopleStage.PASSWORD, "password", "another good password"),
        second.post("/api/v1/me/delete", "password", PeopleStage.PASSWORD))) {
      assertThat(refused.expect(403).code()).isEqualTo("second_factor_owed");
    }
    String before = second.cookie(Visitor.SESSION);
    Visitor stolen = second.copy();
    Authenticator app = Authenticator.enrol(second, PeopleStage.PASSWORD, PeopleStage.now());
    assertThat(second.cookie(Visitor.SESSION)).isNotEqualTo(before);
    assertThat(stolen.isSignedIn()).isFalse();
    assertThat(first.isSignedIn()).as("other sessions end").isFalse();
    second.get("/api/v1/workspaces/" + workspace).expect(200);
    assertThat(app.recoveryCodes()).hasSize(10).allMatch(code -> code.matches("[0-9A-Za-z]{20}")).doesNotHaveDuplicates();
  }

  @Test
  void aViewerOwesNothingAndAPromotedOneDoes() {
    String workspace = stage.plane().workspace();
    String email = PeopleStage.address();
    Visitor viewer = stage.joined(workspace, Role.VIEWER, email);
    String id = viewer.id();
    viewer.signIn(email, PeopleStage.PASSWORD).expect(200);
    viewer.get("/api/v1/workspaces/" + workspace).expect(200);
    stage.plane().member(workspace, Role.OWNER).send("PATCH", "/api/v1/workspaces/" + workspace + "/members/" + id,
        Visitor.body("role", "admin")).expect(204);
    viewer.signIn(email, PeopleStage.PASSWORD).expect(200);
    assertThat(viewer.get("/api/v1/workspaces/" + workspace).expect(403).code()).isEqualTo("second_factor_owed");
  }

  @Test
  @Tag("S83")
  void signInNeedsBothStepsAndTheFirstAloneIsNoSession() {
    String email = PeopleStage.address();
    Authenticator app = Authenticator.enrol(stage.registered(email), PeopleStage.PASSWORD, PeopleStage.now());
    Visitor visitor = stage.visitor();
    assertThat(visitor.signIn(email, PeopleStage.PASSWORD).expect(200).json().path("status").asText()).isEqualTo("second_factor");
    assertThat(visitor.isSignedIn()).isFalse();
    String step = visitor.cookie("authpipe_second_step");
    assertThat(stage.visitor().plant(Visitor.SESSION, step).isSignedIn()).as("a step is no session").isFalse();
    assertThat(stage.visitor().post("/api/v1/sign-in/second-factor", "code", app.code(PeopleStage.now())).expect(401).code())
        .as("in another browser").isEqualTo("sign_in_failed");
    PeopleStage.later(Duration.ofSeconds(30), () -> {
      visitor.post("/api/v1/sign-in/second-factor", "code", "000000").expect(401);
      visitor.post("/api/v1/sign-in/second-factor", "code", app.code(PeopleStage.now())).expect(200);
      assertThat(visitor.isSignedIn()).isTrue();
      assertThat(stage.visitor().plant("authpipe_second_step", step)
          .post("/api/v1/sign-in/second-factor", "code", app.code(PeopleStage.now().plusSeconds(30))).expect(401).code())
          .as("a step counts once").isEqualTo("sign_in_failed");
    });
  }

  @Test
  @Tag("S83")
  void aCodeCountsOnceEvenWhenItIsUsedTwiceAtOnce() {
    String email = PeopleStage.address();
    Authenticator app = Authenticator.enrol(stage.registered(email), PeopleStage.PASSWORD, PeopleStage.now());
    assertThat(second(email, app.code(PeopleStage.now()))).as("the code that confirmed").isEqualTo(401);
    PeopleStage.later(Duration.ofSeconds(60), () -> {
      String code = app.code(PeopleStage.now());
      List<ControlClient> clients = IntStream.range(0, 3).mapToObj(_ -> {
        Visitor visitor = stage.visitor();
        visitor.signIn(email, PeopleStage.PASSWORD).expect(200);
        return visitor.ready();
      }).toList();
      List<Integer> statuses = AtOnce.run(clients,
          client -> client.send("POST", "/api/v1/sign-in/second-factor", Visitor.body("code", code)).status());
      assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 401);
      assertThat(second(email, code)).isEqualTo(401);
      assertThat(second(email, app.code(PeopleStage.now().minusSeconds(30)))).as("an earlier step").isEqualTo(401);
    });
  }

  @Test
  @Tag("S83")
  void guessingTheSecondFactorIsPaused() {
    String email = PeopleStage.address();
    Authenticator app = Authenticator.enrol(stage.registered(email), PeopleStage.PASSWORD, PeopleStage.now());
    for (int i = 0; i < 5; i++) {
      assertThat(second(email, "00000" + i)).isEqualTo(401);
    }
    PeopleStage.later(Duration.ofSeconds(4), () -> assertThat(second(email, app.code(PeopleStage.now()))).isEqualTo(429));
    PeopleStage.later(Duration.ofSeconds(60), () -> assertThat(second(email, app.code(PeopleStage.now()))).isEqualTo(200));
  }

  @Test
  void aRecoveryCodeCountsOnce() {
    String email = PeopleStage.address();
    Visitor person = stage.registered(email);
    Authenticator app = Authenticator.enrol(person, PeopleStage.PASSWORD, PeopleStage.now());
    assertThat(second(email, app.recoveryCodes().getFirst())).isEqualTo(200);
    assertThat(second(email, app.recoveryCodes().getFirst())).isEqualTo(401);
    assertThat(person.get("/api/v1/me/export").expect(200).json().path("recovery_codes").asInt()).isEqualTo(9);
    String stored = stage.plane().asSuperuser("select r::text from recovery_code r").toString();
    assertThat(app.recoveryCodes()).noneMatch(stored::contains);
  }

  @Test
  void aPasswordResetDoesNotReplaceTheSecondFactor() {
    String email = PeopleStage.address();
    Authenticator.enrol(stage.registered(email), PeopleStage.PASSWORD, PeopleStage.now());
    Visitor visitor = stage.visitor();
    visitor.post("/api/v1/reset", "email", email).expect(202);
    assertThat(visitor.post("/api/v1/reset/confirm", "code", stage.mail().take(email).code(), "password", "another good password")
        .expect(200).json().path("status").asText()).isEqualTo("second_factor");
    assertThat(visitor.isSignedIn()).isFalse();
  }

  @Test
  void theFactorIsNotReplacedUnseenAndIsRemovedWithPasswordAndCode() {
    String email = PeopleStage.address();
    Visitor person = stage.registered(email);
    assertThat(person.post("/api/v1/me/totp", "password", "not the password").expect(401).code()).isEqualTo("sign_in_failed");
    Authenticator app = Authenticator.enrol(person, PeopleStage.PASSWORD, PeopleStage.now());
    assertThat(person.post("/api/v1/me/totp", "password", PeopleStage.PASSWORD).expect(409).code()).isEqualTo("conflict");
    PeopleStage.later(Duration.ofSeconds(60), () -> {
      person.post("/api/v1/me/totp/remove", "password", PeopleStage.PASSWORD, "code", "000000").expect(401);
      person.post("/api/v1/me/totp/remove", "password", PeopleStage.PASSWORD, "code", app.code(PeopleStage.now())).expect(204);
    });
    assertThat(stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(200).json().path("status").asText())
        .isEqualTo("signed_in");
    assertThat(stage.plane().asSuperuser("select type from audit_event where object_id = '" + person.id()
        + "' and type = 'person.second_factor_changed'")).hasSize(2);
  }

  private int second(String email, String code) {
    Visitor visitor = stage.visitor();
    visitor.signIn(email, PeopleStage.PASSWORD).expect(200);
    return visitor.post("/api/v1/sign-in/second-factor", "code", code).status();
  }
}
