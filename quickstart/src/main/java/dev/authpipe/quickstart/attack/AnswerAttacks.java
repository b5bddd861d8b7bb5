package dev.authpipe.quickstart.attack;

import java.net.HttpCookie;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

/** A provider's answer that is used twice, by somebody else, or at another address. */
final class AnswerAttacks {
  private static final String CHAPTER = "The provider's answer, used otherwise";
  static final String REFUSED = "It is refused: no finish code is given.";
  private static final int AT_ONCE = 100;

  static final List<Attack> ALL = List.of(
      new Attack(CHAPTER, "Replayed state", "Opens an answer that was used before, in the same browser and in another.", REFUSED,
          AnswerAttacks::replayed),
      new Attack(CHAPTER, "Foreign state", "Puts a made-up state, no state and two states into an answer.", REFUSED,
          AnswerAttacks::foreignState),
      new Attack(CHAPTER, "Attacker's code under the victim's state",
          "Puts the code of their own grant into the victim's answer.",
          "The finish fails: the code belongs to another PKCE challenge.", AnswerAttacks::injectedCode),
      new Attack(CHAPTER, "Answer in another browser", "Has the victim's browser open the answer to the attacker's own flow.",
          REFUSED, AnswerAttacks::anotherBrowser),
      new Attack(CHAPTER, "Answer without cookie", "Opens the victim's answer without the browser's cookie.", REFUSED,
          AnswerAttacks::withoutCookie),
      new Attack(CHAPTER, "Answer with a forged cookie",
          "Opens the victim's answer with a made-up cookie, and with one of their own.",
          REFUSED, AnswerAttacks::forgedCookie),
      new Attack(CHAPTER, "Answer at a slug", "Sends the answer to the integration's slug and to other spellings of its id.",
          REFUSED, AnswerAttacks::slug),
      new Attack(CHAPTER, "Answer at another integration",
          "Sends the answer to the callback of another integration of the same provider, both ways.", REFUSED,
          AnswerAttacks::anotherIntegration),
      new Attack(CHAPTER, "100 answers at once", "Opens one answer 100 times in parallel.", "Exactly one proceeds.",
          AnswerAttacks::atOnce));

  private AnswerAttacks() {}

  private static Verdict replayed(Scene scene) {
    URI used = scene.finished().callback();
    Arrival same = scene.opens(scene.victim(), used);
    Arrival other = scene.opens(scene.attacker(), used);
    return Verdict.when(!same.counted() && !other.counted(), "same browser: " + same + ", another: " + other);
  }

  private static Verdict foreignState(Scene scene) {
    try (Program victim = scene.victimsProgram()) {
      URI answer = victim.answered(victim.begin());
      String state = Addresses.parameter(answer, "state").orElse("");
      List<Arrival> arrivals = List.of(victim.arrive(Addresses.with(answer, "state", scene.randomText())),
          victim.arrive(Addresses.with(answer, "state", "")),
          victim.arrive(URI.create(answer + "&state=" + state)),
          victim.arrive(Addresses.with(answer, "state", almost(state))));
      return refused(arrivals);
    }
  }

  private static Verdict injectedCode(Scene scene) {
    try (Program victim = scene.victimsProgram(); Program attacker = scene.attackersProgram()) {
      Trip trip = victim.begin();
      URI answer = victim.answered(trip);
      String code = Addresses.parameter(attacker.answered(attacker.begin()), "code").orElse("");
      Arrival arrival = victim.arrive(Addresses.with(answer, "code", code));
      if (arrival.finishCode().isEmpty()) {
        return new Verdict.Holds("refused at once: " + arrival);
      }
      Answer finish = victim.finish(trip, arrival.finishCode().get());
      return Verdict.when(!finish.granted(), "finish: " + finish);
    }
  }

  private static Verdict anotherBrowser(Scene scene) {
    try (Program attacker = scene.attackersProgram()) {
      Arrival arrival = scene.opens(scene.victim(), attacker.answered(attacker.begin()));
      return refused(List.of(arrival));
    }
  }

  private static Verdict withoutCookie(Scene scene) {
    try (Program victim = scene.victimsProgram(); Program stranger = new Program(scene.target())) {
      return refused(List.of(stranger.arrive(victim.answered(victim.begin()))));
    }
  }

  private static Verdict forgedCookie(Scene scene) {
    List<Arrival> arrivals = new ArrayList<>();
    try (Program victim = scene.victimsProgram(); Program attacker = scene.attackersProgram()) {
      List<HttpCookie> before = victim.cookies();
      URI answer = victim.answered(victim.begin());
      try (Program stranger = new Program(scene.target())) {
        for (HttpCookie cookie : victim.cookiesFrom(before)) {
          stranger.plant(answer, cookie.getName(), scene.randomText());
        }
        arrivals.add(stranger.arrive(answer));
      }
      URI second = victim.answered(victim.begin());
      attacker.answered(attacker.begin()); // gives it a binding of its own
      arrivals.add(attacker.arrive(second));
    }
    return refused(arrivals);
  }

  private static Verdict slug(Scene scene) {
    try (Program victim = scene.victimsProgram()) {
      scene.finished();
      String slug = scene.victim().call("GET", "/api/overview", "").body().at("/connections/0/integration").asText("sandbox");
      URI answer = victim.answered(victim.begin());
      String id = Addresses.lastSegment(answer);
      List<Function<String, String>> spellings = List.of(_ -> slug, String::toUpperCase, one -> one + ".", one -> one + "%20",
          AnswerAttacks::almost, one -> "x/../" + slug);
      return refused(spellings.stream().map(spelling -> victim.arrive(Addresses.withLastSegment(answer, spelling.apply(id))))
          .toList());
    }
  }

  private static Verdict anotherIntegration(Scene scene) {
    JsonNode offered = scene.victim().call("GET", "/api/overview", "").body().path("integrations");
    if (offered.size() < 2) {
      return new Verdict.NotTried("the target offers one integration only");
    }
    String one = offered.path(0).asText();
    String other = offered.path(1).asText();
    try (Program victim = scene.victimsProgram()) {
      Arrival own = victim.arrive(victim.answered(victim.begin(other)));
      if (!own.counted()) { // a callback that refuses everybody would hold for nothing
        throw new RefusedException("the callback of " + other + " refused its own answer: " + own);
      }
      URI first = victim.answered(victim.begin(one));
      URI second = victim.answered(victim.begin(other));
      return refused(List.of(victim.arrive(Addresses.withLastSegment(first, Addresses.lastSegment(second))),
          victim.arrive(Addresses.withLastSegment(second, Addresses.lastSegment(first)))));
    }
  }

  private static Verdict atOnce(Scene scene) throws Exception {
    try (Program victim = scene.victimsProgram()) {
      Trip trip = victim.begin();
      List<Arrival> arrivals = victim.arriveAtOnce(victim.answered(trip), AT_ONCE);
      long counted = arrivals.stream().filter(Arrival::counted).count();
      long unanswered = arrivals.stream().filter(arrival -> arrival.status() == 0 || arrival.status() >= 500).count();
      return Verdict.when(counted == 1 && unanswered == 0, counted + " proceeded, " + (AT_ONCE - counted - unanswered)
          + " were refused" + (unanswered == 0 ? "" : ", " + unanswered + " got no proper answer"));
    }
  }

  /** The same text but for its last character. */
  private static String almost(String text) {
    return text.substring(0, Math.max(0, text.length() - 1)) + (text.endsWith("0") ? "1" : "0");
  }

  static Verdict refused(List<Arrival> arrivals) {
    return Verdict.when(arrivals.stream().noneMatch(Arrival::counted),
        String.join(", ", arrivals.stream().map(Arrival::toString).distinct().toList()));
  }
}
