package dev.authpipe.control.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;
import dev.authpipe.control.ops.ControlClient;
import dev.authpipe.control.ops.ControlClient.Answer;

/** Sign-in by password, and everything that is tried against it. */
class SignInFlowTest {
  private static final String WRONG = "not the password at all";
  private final PeopleStage stage = PeopleStage.shared();

  @Test
  @Tag("S80")
  void theSessionIsAStrictCookieWhoseContentTheStoreDoesNotHave() {
    String email = PeopleStage.address();
    stage.registered(email);
    Visitor visitor = stage.visitor();
    Answer answer = visitor.signIn(email, PeopleStage.PASSWORD).expect(200);
    String line = answer.headers().allValues("set-cookie").stream().filter(set -> set.startsWith(Visitor.SESSION)).findFirst()
        .orElseThrow();
    assertThat(line).contains("HTTPOnly", "SameSite=Strict", "Path=/").doesNotContain("Domain");
    String secret = visitor.cookie(Visitor.SESSION);
    assertThat(secret).matches("[A-Za-z0-9_-]{43}");
    assertThat(answer.text()).doesNotContain(secret);
    assertThat(stage.plane().asSuperuser("select p::text from person_session p").toString()).doesNotContain(secret);
    assertThat(stage.plane().asSuperuser("select p::text from person p").toString()).doesNotContain(PeopleStage.PASSWORD);
    visitor.send("DELETE", "/api/v1/session", null).expect(204);
    assertThat(visitor.plant(Visitor.SESSION, secret).isSignedIn()).isFalse();
  }

  @Test
  @Tag("S83")
  void anUnknownAddressIsAnsweredLikeAWrongPassword() {
    String known = PeopleStage.address();
    stage.registered(known);
    String unknown = PeopleStage.address();
    for (int i = 0; i < 7; i++) {
      Answer one = stage.visitor().signIn(known, WRONG);
      Answer other = stage.visitor().signIn(unknown, WRONG);
      assertThat(one.status()).isEqualTo(other.status()).isEqualTo(i < 5 ? 401 : 429);
      assertThat(shape(one)).isEqualTo(shape(other));
    }
    Answer one = stage.visitor().post("/api/v1/reset", "email", known).expect(202);
    Answer other = stage.visitor().post("/api/v1/reset", "email", unknown).expect(202);
    assertThat(shape(one)).isEqualTo(shape(other));
    stage.mail().take(known);
    assertThat(stage.mail().count(unknown)).isZero();
  }

  @Test
  @Tag("S83")
  void guessingIsPausedAndThePauseAlwaysEnds() {
    String email = PeopleStage.address();
    stage.registered(email);
    for (int i = 0; i < 5; i++) {
      stage.visitor().signIn(email, WRONG).expect(401);
    }
    Answer paused = stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(429);
    assertThat(paused.code()).isEqualTo("sign_in_paused");
    assertThat(paused.headers().firstValue("retry-after")).hasValue("5");
    PeopleStage.later(Duration.ofSeconds(4), () -> stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(429));
    PeopleStage.later(Duration.ofSeconds(5), () -> {
      stage.visitor().signIn(email, WRONG).expect(401);
      assertThat(stage.visitor().signIn(email, WRONG).expect(429).headers().firstValue("retry-after")).hasValue("10");
    });
    PeopleStage.later(Duration.ofSeconds(15), () -> stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(200));
    stage.visitor().signIn(email, WRONG).expect(401);
    assertThat(stage.plane().asSuperuser("select distinct type from audit_event where object_id in (select person_id::text from"
        + " person where email = '" + email + "')")).contains("person.sign_in_failed", "person.sign_in_locked");
  }

  @Test
  void aPauseGrowsToAQuarterOfAnHourAndNoFurther() {
    assertThat(IntStream.of(1, 4, 5, 6, 7, 12, 13, 500).mapToObj(Pauses::pause).map(Duration::toSeconds).toList())
        .containsExactly(0L, 0L, 5L, 10L, 20L, 640L, 900L, 900L);
  }

  @Test
  @Tag("S83")
  void manyGuessesAtOnceCountOneByOne() {
    String email = PeopleStage.address();
    stage.registered(email);
    List<ControlClient> guessers = IntStream.range(0, 12).mapToObj(_ -> stage.visitor().ready()).toList();
    List<Integer> statuses = AtOnce.run(guessers,
        client -> client.send("POST", "/api/v1/sign-in", Visitor.body("email", email, "password", WRONG)).status());
    assertThat(statuses).containsOnly(401, 429);
    assertThat(statuses.stream().filter(status -> status == 401)).hasSize(5);
  }

  @Test
  @Tag("S83")
  void aVictimComesInByMailWhileSomebodyElseGuesses() {
    String email = PeopleStage.address();
    stage.registered(email);
    for (int i = 0; i < 6; i++) {
      stage.visitor().signIn(email, WRONG);
    }
    Visitor victim = stage.visitor();
    victim.signIn(email, PeopleStage.PASSWORD).expect(429);
    victim.post("/api/v1/reset", "email", email).expect(202);
    victim.post("/api/v1/reset/confirm", "code", stage.mail().take(email).code(), "password", "another good password")
        .expect(200);
    assertThat(victim.isSignedIn()).isTrue();
    stage.visitor().signIn(email, "another good password").expect(200);
  }

  @Test
  @Tag("S37")
  void anAddressHasTwentySignInsAMinute() {
    stage.plane().move(Duration.ofMinutes(2));
    ControlClient client = stage.visitor().ready();
    int allowed = 0;
    Answer answer = client.send("POST", "/api/v1/sign-in", "{}");
    while (answer.status() == 400 && allowed < 60) {
      stage.plane().move(Duration.ofSeconds(-3));
      answer = client.send("POST", "/api/v1/sign-in", "{}");
      allowed++;
    }
    assertThat(allowed).isBetween(18, 24);
    assertThat(answer.code()).isEqualTo("rate_limited");
    stage.plane().move(Duration.ofMinutes(2));
  }

  @Test
  @Tag("S83")
  void aPlantedSessionIsNotAdoptedAndEverySignInHasANewId() {
    String email = PeopleStage.address();
    stage.registered(email);
    String planted = "A".repeat(43);
    Visitor victim = stage.visitor().plant(Visitor.SESSION, planted);
    victim.signIn(email, PeopleStage.PASSWORD).expect(200);
    String first = victim.cookie(Visitor.SESSION);
    assertThat(first).isNotEqualTo(planted);
    assertThat(stage.visitor().plant(Visitor.SESSION, planted).isSignedIn()).isFalse();
    victim.signIn(email, PeopleStage.PASSWORD).expect(200);
    assertThat(victim.cookie(Visitor.SESSION)).isNotEqualTo(first);
    assertThat(stage.visitor().plant(Visitor.SESSION, first).isSignedIn()).as("the session before").isFalse();
  }

  @Test
  @Tag("S81")
  void signInNeedsOurOriginAndTheBrowsersToken() {
    String email = PeopleStage.address();
    stage.registered(email);
    String body = Visitor.body("email", email, "password", PeopleStage.PASSWORD);
    assertThat(stage.visitor().ready().with("Origin", "https://evil.example").send("POST", "/api/v1/sign-in", body).code())
        .isEqualTo("cross_site");
    assertThat(stage.visitor().ready().with("Authpipe-Csrf-Token", null).send("POST", "/api/v1/sign-in", body).code())
        .isEqualTo("cross_site");
    Visitor signedIn = stage.visitor();
    ControlClient before = signedIn.ready();
    signedIn.signIn(email, PeopleStage.PASSWORD).expect(200);
    assertThat(before.with("Cookie", Visitor.SESSION + "=" + signedIn.cookie(Visitor.SESSION)).send("DELETE", "/api/v1/session",
        null).code()).as("the token of before the sign-in").isEqualTo("cross_site");
  }

  @Test
  @Tag("S80")
  void aSessionEndsAfterHalfAnHourWithoutUseAndAfterTwelveHours() {
    String email = PeopleStage.address();
    stage.registered(email);
    Visitor idle = stage.visitor();
    idle.signIn(email, PeopleStage.PASSWORD).expect(200);
    PeopleStage.later(Duration.ofMinutes(29), () -> assertThat(idle.copy().isSignedIn()).isTrue());
    PeopleStage.later(Duration.ofMinutes(58), () -> assertThat(idle.copy().isSignedIn()).as("used in between").isTrue());
    PeopleStage.later(Duration.ofMinutes(88), () -> assertThat(idle.copy().isSignedIn()).isFalse());
    for (int minutes = 80; minutes < 720; minutes += 20) {
      int at = minutes;
      PeopleStage.later(Duration.ofMinutes(at), () -> assertThat(idle.copy().isSignedIn()).as("minute %s", at).isTrue());
    }
    PeopleStage.later(Duration.ofHours(12), () -> assertThat(idle.copy().isSignedIn()).isFalse());
  }

  @Test
  @Tag("S80")
  void aPasswordChangeEndsTheOtherSessionsAndRenewsThisOne() {
    String email = PeopleStage.address();
    Visitor one = stage.registered(email);
    Visitor other = stage.visitor();
    other.signIn(email, PeopleStage.PASSWORD).expect(200);
    Visitor stolen = one.copy();
    one.post("/api/v1/me/password", "current_password", WRONG, "password", "another good password").expect(401);
    one.post("/api/v1/me/password", "current_password", PeopleStage.PASSWORD, "password", "another good password").expect(204);
    assertThat(one.isSignedIn()).isTrue();
    assertThat(other.isSignedIn()).isFalse();
    assertThat(stolen.isSignedIn()).as("the id of before the change").isFalse();
    stage.visitor().signIn(email, PeopleStage.PASSWORD).expect(401);
    stage.visitor().signIn(email, "another good password").expect(200);
    assertThat(stage.mail().take(email).text()).contains("password was changed");
  }

  @Test
  @Tag("S80")
  void aResetCodeWorksOnceForOneHourAndEndsAllSessions() {
    String email = PeopleStage.address();
    Visitor before = stage.registered(email);
    stage.visitor().post("/api/v1/reset", "email", email).expect(202);
    String code = stage.mail().take(email).code();
    PeopleStage.later(Duration.ofHours(1), () -> assertThat(reset(code).code()).isEqualTo("code_invalid"));
    String body = Visitor.body("code", code, "password", "another good password");
    List<ControlClient> clients = IntStream.range(0, 4).mapToObj(_ -> stage.visitor().ready()).toList();
    List<Integer> statuses = AtOnce.run(clients, client -> client.send("POST", "/api/v1/reset/confirm", body).status());
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 422);
    assertThat(before.isSignedIn()).isFalse();
    assertThat(reset(code).code()).isEqualTo("code_invalid");
    assertThat(stage.mail().take(email).text()).contains("was changed");
  }

  @Test
  void wishesWithinAMinuteSendOneCode() {
    String email = PeopleStage.address();
    stage.registered(email);
    List<ControlClient> clients = IntStream.range(0, 4).mapToObj(_ -> stage.visitor().ready()).toList();
    AtOnce.run(clients, client -> client.send("POST", "/api/v1/reset", Visitor.body("email", email)).expect(202));
    String code = stage.mail().take(email).code();
    for (int i = 0; i < 3; i++) { // letters that are sent after those that are not
      String other = PeopleStage.address();
      stage.registered(other);
      stage.visitor().post("/api/v1/reset", "email", other).expect(202);
      stage.mail().take(other);
    }
    assertThat(stage.mail().count(email)).isZero();
    reset(code).expect(200);
  }

  @Test
  void aHashOfAnotherCostIsMadeAnewAtSignIn() {
    String email = PeopleStage.address();
    stage.registered(email);
    String old = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    stage.plane().asSuperuser("update person set password_hash = '" + old + "' where email = '" + email + "'");
    stage.visitor().signIn(email, "password").expect(200);
    assertThat(stage.plane().asSuperuser("select password_hash from person where email = '" + email + "'").getFirst())
        .startsWith("$argon2id$v=19$m=256,t=1,p=1$");
    stage.visitor().signIn(email, "password").expect(200);
  }

  @Test
  void aRoleThatChangesOrEndsEndsTheSessionsAtOnce() {
    String workspace = stage.plane().workspace();
    ControlClient owner = stage.plane().member(workspace, Role.OWNER);
    String email = PeopleStage.address();
    Visitor member = stage.joined(workspace, Role.VIEWER, email);
    String path = "/api/v1/workspaces/" + workspace + "/members/" + member.id();
    owner.send("PATCH", path, Visitor.body("role", "developer")).expect(204);
    assertThat(member.isSignedIn()).isFalse();
    member.signIn(email, PeopleStage.PASSWORD).expect(200);
    assertThat(member.get("/api/v1/session").json().path("roles").path(workspace).asText()).isEqualTo("developer");
    owner.send("DELETE", path, null).expect(204);
    assertThat(member.isSignedIn()).isFalse();
    owner.send("DELETE", path, null).expect(404);
  }

  private Answer reset(String code) {
    return stage.visitor().post("/api/v1/reset/confirm", "code", code, "password", "another good password");
  }

  private static String shape(Answer answer) {
    return answer.status() + answer.text().replaceAll("req_\\w+", "") + answer.headers().map().keySet();
  }
}
