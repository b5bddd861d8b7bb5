package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.quickstart.chromium.Seen;
import dev.authpipe.quickstart.chromium.Tab;

/** What is in addresses, who reads them, and where they lead; and that all of it still works for who means well. */
final class LinkAttacks {
  private static final String CHAPTER = "Links and addresses";
  private static final int LOOKS = 50;

  static final List<Attack> ALL = List.of(
      new Attack(CHAPTER, "Link scanner", "Looks at the connect link 50 times before the victim opens it.",
          "Nothing is used up: the victim connects.", LinkAttacks::scanner),
      new Attack(CHAPTER, "Secrets in addresses", "Reads every address and Referer of a whole flow that a server sees.",
          "The session token is in none, and the finish code only in the return address.", LinkAttacks::addresses),
      new Attack(CHAPTER, "Open redirect", "Names other places to return to, at every step where one could be named.",
          "Every way back leads to the application.", LinkAttacks::redirect),
      new Attack(CHAPTER, "Guessed CSRF token", "Starts a flow with no, a made-up and another browser's CSRF token.",
          "The start is refused.", LinkAttacks::guessedToken),
      new Attack(CHAPTER, "An honest connect", "Nothing: after all of it, the victim connects an account.",
          "It works, and the connection is the victim's.", LinkAttacks::honest));

  private LinkAttacks() {}

  private static Verdict scanner(Scene scene) {
    Trip trip = Trip.begunBy(scene.victim(), scene.target());
    List<Integer> statuses = new ArrayList<>();
    try (Program scan = new Program(scene.target())) {
      for (int look = 0; look < LOOKS; look++) {
        int status = scan.look(trip.connectUrl());
        if (!statuses.contains(status)) {
          statuses.add(status);
        }
      }
    }
    try {
      trip.answeredTo(scene.victim());
      return new Verdict.Holds(LOOKS + " looks (status " + statuses + "), then the victim came to the provider and back");
    } catch (RefusedException used) {
      return new Verdict.Broken("after " + LOOKS + " looks (status " + statuses + ") the link was used up");
    }
  }

  private static Verdict addresses(Scene scene) {
    Trip trip = Trip.begunBy(scene.victim(), scene.target());
    Tab tab = trip.askedBy(scene.victim());
    List<Seen> before = tab.requests();
    String token = Program.sessionToken(trip);
    boolean inHistory = before.stream().anyMatch(seen -> (seen.address() + referer(seen)).contains(token));
    tab.stopAt(scene.target().at(Target.RETURN_PATH) + "*");
    tab.evaluate("setTimeout(() => document.querySelector('button[value=allow]').click(), 0)");
    URI returned = tab.stoppedAt();
    inHistory |= tab.requests().stream().anyMatch(seen -> (seen.address() + referer(seen)).contains(token));
    String code = Addresses.parameter(returned, "finish_code").orElse("");

    Tab page = scene.victim().profile().tab();
    page.open(returned);
    page.awaitAnswer(seen -> seen.address().getRawPath().equals("/api/connect/finish"), java.time.Duration.ofSeconds(10));
    boolean codeElsewhere = page.requests().stream().anyMatch(seen -> {
      boolean returning = seen.address().getRawPath().equals(Target.RETURN_PATH);
      return (!returning && seen.address().toString().contains(code)) || referer(seen).contains(code);
    });
    String wrong = scene.ledger().expectOneMoreOf(scene.victim());
    return Verdict.when(!inHistory && !codeElsewhere && !code.isEmpty() && wrong.isEmpty(),
        (inHistory ? "the session token was in an address, " : "no session token, ")
            + (codeElsewhere ? "the finish code went on" : "the finish code once")
            + " in " + (tab.requests().size() + page.requests().size()) + " requests" + (wrong.isEmpty() ? "" : ", " + wrong));
  }

  private static String referer(Seen seen) {
    return " " + seen.headers().getOrDefault("referer", "");
  }

  private static Verdict redirect(Scene scene) {
    URI evil = scene.foreign().otherSite();
    String encoded = URLEncoder.encode(evil.toString(), StandardCharsets.UTF_8);
    List<String> wrong = new ArrayList<>();
    try (Program victim = scene.victimsProgram()) {
      Trip trip = Trip.begun(scene.target(), victim.post(scene.target().at("/api/connect"),
          java.util.Map.of("return_url", evil.toString(), "redirect_uri", evil.toString(), "next", evil.toString())));
      JsonNode view = victim.view(trip);
      require(scene, wrong, "the way back of the connect page", view.path("cancel_url").asText());
      URI answer = victim.answered(trip);
      if (!Addresses.origin(answer).equals(trip.connectOrigin())) {
        wrong.add("the provider's answer");
      }
      Arrival arrival = victim.arrive(URI.create(answer + "&return_url=" + encoded + "&redirect_uri=" + encoded));
      require(scene, wrong, "the return", arrival.onward().map(URI::toString).orElse(scene.target().address().toString()));
    }
    try (Program victim = scene.victimsProgram()) {
      Trip trip = victim.begin();
      URI refusal = Addresses.with(Addresses.with(victim.answered(trip), "code", ""), "error",
          "access_denied&error_uri=" + encoded
              + "&error_description=%3Ca%20href%3D" + encoded + "%3E&return_url=" + encoded);
      Tab tab = scene.victim().profile().tab();
      tab.open(refusal);
      if (tab.evaluate("document.documentElement.outerHTML").asText().contains(evil.getRawAuthority())) {
        wrong.add("the page of a refusal");
      }
    }
    Tab page = scene.victim()
        .open(URI.create(Trip.begunBy(scene.attacker(), scene.target()).connectOrigin() + "/connect?return_url="
            + encoded + "&cancel_url=" + encoded + "#" + scene.randomText()));
    page.comesTrue("document.querySelector('main a, [role=alert]')", java.time.Duration.ofSeconds(2));
    if (page.evaluate("[...document.links].some(link => link.href.startsWith(" + Json.write(evil.toString()) + "))").asBoolean()
        || page.address().startsWith(evil.toString())) {
      wrong.add("a link of the connect page");
    }
    return Verdict.when(wrong.isEmpty(), wrong.isEmpty()
        ? "back only to the application, in four places"
        : "leads away: " + String.join(", ", wrong));
  }

  private static void require(Scene scene, List<String> wrong, String what, String address) {
    if (!scene.target().isReturn(URI.create(address)) && !address.equals(scene.target().address().toString())) {
      wrong.add(what);
    }
  }

  private static Verdict guessedToken(Scene scene) {
    List<Answer> answers = new ArrayList<>();
    try (Program attacker = scene.attackersProgram(); Program victim = scene.victimsProgram()) {
      Trip trip = attacker.begin();
      JsonNode attackersView = attacker.view(trip);
      JsonNode view = victim.view(trip); // the victim's browser was led to the attacker's link
      for (String guess : List.of("", scene.randomText(), attackersView.path("csrf_token").asText(),
          Program.sessionToken(trip))) {
        answers.add(victim.start(trip, view, guess));
      }
    }
    return Verdict.when(answers.stream().noneMatch(Answer::granted),
        String.join(", ", answers.stream().map(Answer::toString).distinct().toList()));
  }

  private static Verdict honest(Scene scene) {
    Answer finish = Trip.begunBy(scene.victim(), scene.target()).finishedBy(scene.victim());
    String wrong = scene.ledger().expectOneMoreOf(scene.victim());
    return Verdict.when(finish.granted() && wrong.isEmpty(), "finish: " + finish + (wrong.isEmpty() ? "" : ", " + wrong));
  }
}
