package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** An answer that names another issuer than the one that was asked (mix-up, RFC 9207). */
final class IssuerAttacks {
  private static final String CHAPTER = "The issuer of the answer";
  private static final String REFUSED = "It is refused: no finish code is given.";

  static final List<Attack> ALL = List.of(
      new Attack(CHAPTER, "Wrong issuer", "Replaces the issuer by another server.", REFUSED,
          scene -> replaced(scene, _ -> "https://issuer.invalid")),
      new Attack(CHAPTER, "Issuer with a trailing slash", "Adds a slash to the issuer.", REFUSED,
          scene -> replaced(scene, issuer -> issuer + "/")),
      new Attack(CHAPTER, "Missing issuer", "Leaves out the issuer that the provider sends.", REFUSED,
          scene -> replaced(scene, _ -> "")));

  private IssuerAttacks() {}

  private static Verdict replaced(Scene scene, UnaryOperator<String> change) {
    try (Program victim = scene.victimsProgram()) {
      URI answer = victim.answered(victim.begin());
      String issuer = Addresses.parameter(answer, "iss").orElse("");
      if (issuer.isEmpty()) {
        return new Verdict.NotTried("the provider names no issuer");
      }
      URI changed = Addresses.with(answer, "iss", URLEncoder.encode(change.apply(issuer), StandardCharsets.UTF_8));
      return AnswerAttacks.refused(List.of(victim.arrive(changed)));
    }
  }
}
