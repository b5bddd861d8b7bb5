package dev.authpipe.quickstart.attack;

import java.net.HttpCookie;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.quickstart.chromium.Tab;

/** Two people in one flow: who starts it and who completes it (session fixation, login CSRF). */
final class PersonAttacks {
  private static final String CHAPTER = "Two people in one flow";
  private static final int MOST_POLLS = 200;
  private static final int GUESSES = 3;

  static final List<Attack> ALL = List.of(
      new Attack(CHAPTER, "Attacker starts, victim completes",
          "Sends their own connect link to the victim, who agrees to everything, and asks the application for the session all the while.",
          "Nobody is connected, and the application tells the attacker nothing but a status.", PersonAttacks::fixation),
      new Attack(CHAPTER, "Attacker starts, somebody unknown completes",
          "Sends their own connect link to somebody who is not signed in.", "Nobody is connected.",
          PersonAttacks::fixationOfAStranger),
      new Attack(CHAPTER, "Victim's return in the attacker's login",
          "Opens the victim's return address, with its finish code, in their own browser and sends it by script.",
          "The finish is refused.", PersonAttacks::stolenReturn),
      new Attack(CHAPTER, "Attacker's return in the victim's login",
          "Has the victim open the return address of the attacker's flow, to have the attacker's account used as the victim's.",
          "The finish is refused.", PersonAttacks::plantedReturn),
      new Attack(CHAPTER, "Planted cookie",
          "Puts the attacker's binding into the victim's browser from another port of the host, then has the victim open the attacker's answer.",
          "The answer or the finish is refused.", PersonAttacks::plantedCookie),
      new Attack(CHAPTER, "Finish repeated with changes",
          "Repeats a finish as it was, with another code, and in another login session.",
          "Changes are refused, and no second connection is made.", PersonAttacks::repeatedFinish));

  private PersonAttacks() {}

  private static Verdict fixation(Scene scene) throws Exception {
    Trip trip = Trip.begunBy(scene.attacker(), scene.target());
    AtomicBoolean done = new AtomicBoolean();
    List<String> told = new ArrayList<>();
    Answer finish;
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> polling = beside.submit(() -> poll(scene, trip, done, told));
      try {
        finish = trip.finishedBy(scene.victim());
      } finally {
        done.set(true);
      }
      boolean onlyStatus = polling.get();
      List<Answer> guesses = new ArrayList<>();
      for (String code : told.isEmpty() ? List.of(scene.randomText(), "", trip.session()) : told) {
        guesses.add(trip.finish(scene.attacker(), code));
      }
      boolean guessed = guesses.stream().limit(GUESSES).anyMatch(Answer::granted);
      return Verdict.when(!finish.granted() && onlyStatus && !guessed, "victim's finish: " + finish
          + (onlyStatus ? ", polling told a status only" : ", polling told more than a status")
          + (guessed ? ", and the attacker finished" : ""));
    }
  }

  /** Whether it heard nothing but the status and the registered reason for it. Keeps what else it was told, to try it. */
  private static boolean poll(Scene scene, Trip trip, AtomicBoolean done, List<String> told) throws InterruptedException {
    boolean onlyStatus = true;
    boolean last = false;
    for (int polls = 0; polls < MOST_POLLS && !last; polls++) {
      last = done.get();
      JsonNode status = trip.status(scene.attacker());
      for (var member : status.properties()) {
        boolean reason = member.getKey().equals("reason") && member.getValue().asText().matches("[a-z_]{1,40}");
        if (!reason && !member.getValue().isNull() && !List.of("status", "code", "message").contains(member.getKey())) {
          onlyStatus = false;
          told.add(member.getValue().asText());
        }
      }
      Thread.sleep(50);
    }
    return onlyStatus;
  }

  private static Verdict fixationOfAStranger(Scene scene) {
    try (Program attacker = scene.attackersProgram(); Program stranger = new Program(scene.target())) {
      Trip trip = attacker.begin();
      Arrival arrival = stranger.arrive(stranger.answered(trip));
      if (arrival.finishCode().isEmpty()) {
        return new Verdict.Holds("refused at the answer: " + arrival);
      }
      Answer finish = stranger.finish(trip, arrival.finishCode().get());
      return Verdict.when(!finish.granted(), "finish: " + finish);
    }
  }

  private static Verdict stolenReturn(Scene scene) {
    Trip trip = Trip.begunBy(scene.victim(), scene.target());
    URI returned = trip.returnedTo(scene.victim());
    Answer opened = Trip.opensReturn(scene.attacker(), returned);
    Answer sent = trip.finish(scene.attacker(), Addresses.parameter(returned, "finish_code").orElse(""));
    return Verdict.when(!opened.granted() && !sent.granted(), "opened: " + opened + ", sent: " + sent);
  }

  private static Verdict plantedReturn(Scene scene) {
    try (Program attacker = scene.attackersProgram()) {
      Arrival arrival = attacker.arrive(attacker.answered(attacker.begin()));
      if (!arrival.counted()) {
        throw new RefusedException("the attacker's own flow was refused: " + arrival);
      }
      Answer opened = Trip.opensReturn(scene.victim(), arrival.onward().orElseThrow());
      return Verdict.when(!opened.granted(), "opened: " + opened);
    }
  }

  private static Verdict plantedCookie(Scene scene) {
    Tab page = scene.victim().open(scene.foreign().sameSite());
    List<String> planted = new ArrayList<>();
    try (Program attacker = scene.attackersProgram()) {
      List<HttpCookie> before = attacker.cookies();
      URI answer = attacker.answered(attacker.begin());
      for (HttpCookie cookie : attacker.cookiesFrom(before)) {
        for (String path : List.of("/", "/callback")) {
          planted.add(cookie.getName() + "=; path=" + path);
          page.evaluate("document.cookie = " + Json.write(cookie.getName() + "=" + cookie.getValue() + "; path=" + path));
        }
      }
      Arrival arrival = scene.opens(scene.victim(), answer);
      if (arrival.onward().isEmpty()) {
        return new Verdict.Holds("answer: " + arrival);
      }
      Answer finish = Trip.opensReturn(scene.victim(), arrival.onward().get());
      return Verdict.when(!finish.granted(), "answer taken, finish: " + finish);
    } finally { // what is left would be in the way of the victim's own flows
      planted.forEach(cookie -> page.evaluate("document.cookie = " + Json.write(cookie + "; max-age=0")));
    }
  }

  private static Verdict repeatedFinish(Scene scene) {
    Scene.Finished finished = scene.finished();
    Answer same = finished.trip().finish(scene.victim(), finished.finishCode());
    Answer changed = finished.trip().finish(scene.victim(), scene.randomText());
    Answer other = finished.trip().finish(scene.attacker(), finished.finishCode());
    return Verdict.when(!changed.granted() && !other.granted(),
        "as it was: " + same + ", another code: " + changed + ", another login: " + other);
  }
}
