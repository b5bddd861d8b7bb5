package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.quickstart.chromium.Profile;
import dev.authpipe.quickstart.chromium.Tab;

/** Somebody at a real browser, signed in at the target as one of its pretend users. */
final class BrowserUser implements AutoCloseable {
  private final Profile profile;
  private final Target target;
  private final String person;
  private final Tab home;
  private String name = "";

  private BrowserUser(Profile profile, Target target, String person) {
    this.profile = profile;
    this.target = target;
    this.person = person;
    this.home = profile.tab();
  }

  static BrowserUser signIn(Profile profile, Target target, String person) {
    BrowserUser user = new BrowserUser(profile, target, person);
    user.home.open(target.at("/"));
    user.signIn();
    user.name = user.shownName();
    return user;
  }

  private void signIn() {
    Answer answer = call("POST", "/api/sign-in", "{\"person\": " + Json.write(person) + "}");
    if (!answer.granted()) {
      throw new RefusedException("the target did not sign " + person + " in: " + answer);
    }
  }

  /** Whether an attack has signed this browser in as somebody else, or out; if so, signs it in again. */
  boolean wasChanged() {
    boolean changed = !shownName().equals(name);
    if (changed) {
      signIn();
    }
    return changed;
  }

  String person() {
    return person;
  }

  Profile profile() {
    return profile;
  }

  /** A new tab at an address. */
  Tab open(URI address) {
    Tab tab = profile.tab();
    tab.open(Loopback.require(address));
    return tab;
  }

  /** What the application's own page asks of its back end. */
  Answer call(String method, String path, String body) {
    return fetch(home, target.at(path), method, body);
  }

  static Answer fetch(Tab from, URI address, String method, String body) {
    String options = "{method: '" + method + "'"
        + (body.isEmpty() ? "" : ", headers: {'Content-Type': 'application/json'}, body: " + Json.write(body)) + "}";
    JsonNode answer = from.evaluate("fetch(" + Json.write(address.toString()) + ", " + options
        + ").then(async a => ({status: a.status, body: await a.text()}))");
    return new Answer(answer.path("status").asInt(), Json.read(answer.path("body").asText()));
  }

  /** Ids of the connections that the application shows this person. */
  List<String> connections() {
    Answer overview = call("GET", "/api/overview", "");
    if (!overview.body().path("signed_in").asBoolean()) {
      throw new RefusedException(person + " is signed in no more");
    }
    List<String> ids = new ArrayList<>();
    overview.body().path("connections").forEach(connection -> ids.add(connection.path("id").asText()));
    return ids;
  }

  /** Whose overview this browser sees: the name that the application shows, nothing when nobody is signed in. */
  String shownName() {
    return call("GET", "/api/overview", "").body().path("name").asText();
  }

  /** Closes every tab but the application's own. */
  void tidy() {
    profile.closeAllBut(home);
  }

  @Override
  public void close() {
    profile.close();
  }
}
