package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** The first person at the control plane: invited by its operator, with a proved address, a password and a second factor. */
final class OwnerSteps {
  private static final String CHAPTER = "Configure it in the control plane";

  private final SetUp setUp;

  OwnerSteps(SetUp setUp) {
    this.setUp = setUp;
  }

  List<Step> steps() {
    return List.of(new Step(CHAPTER, "Its first owner takes the operator's invitation", this::signsUp),
        new Step(CHAPTER, "The owner sets up a second factor", this::setsUpSecondFactor),
        new Step(CHAPTER, "The owner signs in with both", this::signsIn));
  }

  private String signsUp() throws Exception {
    SetUp.Plan plan = setUp.plan.get();
    Member owner = new Member(plan.dashboard());
    setUp.owner.is(owner);
    String code = setUp.operators.invite(plan.email());
    expectStatus("verify_address", owner.asks("POST", "/api/v1/sign-up",
        Map.of("code", code, "display_name", "Olive Owner", "password", plan.password())));
    expectStatus("signed_in", owner.asks("POST", "/api/v1/verify",
        Map.of("code", setUp.operators.letter(plan.email()), "password", plan.password())));
    return plan.email();
  }

  private String setsUpSecondFactor() {
    Member owner = setUp.owner.get();
    JsonNode begun = owner.asks("POST", "/api/v1/me/totp", Map.of("password", setUp.plan.get().password()));
    Authenticator app = new Authenticator(URI.create(begun.path("otpauth_uri").asText("otpauth:none")));
    JsonNode confirmed = owner.asks("POST", "/api/v1/me/totp/confirm", Map.of("code", app.code(Clock.systemUTC().instant())));
    List<String> codes = new ArrayList<>();
    confirmed.path("recovery_codes").forEach(code -> codes.add(code.asText()));
    Expect.that(codes.size() > 1, "recovery codes", codes.size() + " of them");
    setUp.recoveryCodes.is(codes);
    return codes.size() + " recovery codes";
  }

  /** With a recovery code, for each code of the app counts once. */
  private String signsIn() {
    SetUp.Plan plan = setUp.plan.get();
    Member owner = setUp.owner.get();
    owner.asks("DELETE", "/api/v1/session", Map.of());
    expectStatus("second_factor",
        owner.asks("POST", "/api/v1/sign-in", Map.of("email", plan.email(), "password", plan.password())));
    List<String> codes = setUp.recoveryCodes.get();
    expectStatus("signed_in", owner.asks("POST", "/api/v1/sign-in/second-factor", Map.of("code", codes.getFirst())));
    setUp.recoveryCodes.is(codes.subList(1, codes.size()));
    return "";
  }

  private static void expectStatus(String expected, JsonNode answer) {
    String came = answer.path("status").asText("none");
    Expect.that(expected.equals(came), "status " + expected, "status " + came);
  }
}
