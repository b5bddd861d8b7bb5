package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.quickstart.chromium.Seen;
import dev.authpipe.quickstart.chromium.Tab;

/** One connect session and the way of a real browser through it: whoever started it, anybody may walk it. */
final class Trip {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_WAITS = 13;
  private static final String FINISH_PATH = "/api/connect/finish";
  private static final String READY = "document.querySelector('form button[type=submit]:not([disabled])')";
  private static final String TROUBLE = "document.querySelector('[role=alert]')";
  private static final String ALLOW = "document.querySelector('button[value=allow]')";

  private final Target target;
  private final String session;
  private final URI connectUrl;

  private Trip(Target target, String session, URI connectUrl) {
    this.target = target;
    this.session = session;
    this.connectUrl = connectUrl;
  }

  /** Somebody starts one in their own login session. */
  static Trip begun(Target target, Answer started) {
    String url = started.body().path("connect_url").asText();
    if (!started.granted() || url.isEmpty()) {
      throw new RefusedException("the target starts no connect session: " + started);
    }
    return new Trip(target, started.body().path("session_id").asText(), Loopback.require(URI.create(url)));
  }

  static Trip begunBy(BrowserUser starter, Target target) {
    return begun(target, starter.call("POST", "/api/connect", ""));
  }

  String session() {
    return session;
  }

  /** The address that is sent to people; the session token is in it. */
  URI connectUrl() {
    return connectUrl;
  }

  String connectOrigin() {
    return Addresses.origin(connectUrl);
  }

  /** Walks as far as the provider's question. */
  Tab askedBy(BrowserUser who) {
    Tab tab = who.open(connectUrl);
    for (int waits = 0; waits <= MOST_WAITS; waits++) {
      tab.comesTrue(READY + " || " + TROUBLE, PATIENCE);
      tab.evaluate(READY + "?.click()");
      tab.comesTrue(ALLOW + " || " + TROUBLE, PATIENCE);
      requireLoopback(tab);
      if (tab.evaluate(ALLOW + " !== null").asBoolean()) {
        return tab;
      }
      if (!limited(tab)) {
        break;
      }
      rest(); // the limit of the connect page, which is no attack on it
      tab.evaluate("location.reload()");
    }
    throw new RefusedException("the connect page did not lead to the provider");
  }

  private static boolean limited(Tab tab) {
    return tab.requests().stream().anyMatch(seen -> seen.status() == 429);
  }

  private static void rest() {
    try {
      Thread.sleep(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while waiting for the limit of requests");
    }
  }

  private static void consent(Tab tab) {
    tab.evaluate("setTimeout(() => " + ALLOW + ".click(), 0)");
  }

  /** Walks as far as the provider's answer and keeps its address: nobody has opened it. */
  URI answeredTo(BrowserUser who) {
    Tab tab = askedBy(who);
    tab.stopAt("*/callback/*");
    consent(tab);
    return Loopback.require(tab.stoppedAt());
  }

  /** Walks as far as the return to the application and keeps its address: nobody has opened it. */
  URI returnedTo(BrowserUser who) {
    Tab tab = askedBy(who);
    tab.stopAt(target.at(Target.RETURN_PATH) + "*");
    consent(tab);
    return Loopback.require(tab.stoppedAt());
  }

  /** Walks all of it; what the application said to the finish that its own page asked for. */
  Answer finishedBy(BrowserUser who) {
    Tab tab = askedBy(who);
    consent(tab);
    return finishOf(tab);
  }

  /** Opens the return page; what the application said to the finish that this page asked for. */
  static Answer opensReturn(BrowserUser who, URI address) {
    Tab tab = who.profile().tab();
    tab.open(Loopback.require(address));
    return finishOf(tab);
  }

  private static Answer finishOf(Tab tab) {
    Optional<Seen> finish = tab.awaitAnswer(seen -> seen.address().getRawPath().equals(FINISH_PATH), PATIENCE);
    requireLoopback(tab);
    return finish.map(seen -> new Answer(seen.status(), Json.read("{}")))
        .orElseThrow(() -> new RefusedException("the application's return page asked for nothing"));
  }

  /** No redirect may have led anywhere else. */
  static void requireLoopback(Tab tab) {
    tab.requests().forEach(seen -> Loopback.require(seen.address()));
  }

  /** What a finish in this login session with this code comes to. */
  Answer finish(BrowserUser who, String finishCode) {
    return who.call("POST", FINISH_PATH, finishBody(finishCode));
  }

  String finishBody(String finishCode) {
    return Json.write(java.util.Map.of("session_id", session, "finish_code", finishCode));
  }

  /** What the application tells anybody who is signed in. */
  JsonNode status(BrowserUser who) {
    return who.call("GET", "/api/connect/" + session, "").body();
  }
}
