package dev.authpipe.quickstart.attack;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.quickstart.chromium.BrowserException;
import dev.authpipe.quickstart.chromium.Profile;
import dev.authpipe.quickstart.chromium.Seen;
import dev.authpipe.quickstart.chromium.Tab;

/**
 * A web page of the attacker's in the victim's browser, at another site and at another origin of the same site, whose requests carry the
 * victim's cookies.
 */
final class ForeignPageAttacks {
  private static final String CHAPTER = "A foreign page in the victim's browser";
  private static final Duration SETTLED = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  static final List<Attack> ALL = List.of(
      new Attack(CHAPTER, "Framed connect page", "Shows the connect page, and an answer to it, in a frame to have it clicked.",
          "The browser shows neither.", scene -> framed(scene, connectPages(scene))),
      new Attack(CHAPTER, "Framed return page", "Shows the application's return page in a frame.",
          "The browser does not show it.",
          scene -> framed(scene, List.of(scene.target().at(Target.RETURN_PATH + "?session_id=x&finish_code=y")))),
      new Attack(CHAPTER, "Foreign requests that change something",
          "Sends what the pages send, by script and by form, with and without cookies, as JSON and as simple types.",
          "Not one is done.", ForeignPageAttacks::posts),
      new Attack(CHAPTER, "Foreign reading", "Reads the connect page, its scripts and the victim's overview by script.",
          "Nothing can be read.", ForeignPageAttacks::reads),
      new Attack(CHAPTER, "Window of the connect page",
          "Opens the connect page in a window, looks into it and sends it messages.",
          "The window is cut off from who opened it, and says nothing.",
          scene -> window(scene, Trip.begunBy(scene.attacker(), scene.target()).connectUrl())),
      new Attack(CHAPTER, "Window of the return page", "Opens the victim's return page in a window and listens on every channel.",
          "The window is cut off from who opened it, and says nothing.", ForeignPageAttacks::returnWindow));

  private ForeignPageAttacks() {}

  private static List<URI> connectPages(Scene scene) {
    Trip trip = Trip.begunBy(scene.attacker(), scene.target());
    return List.of(trip.connectUrl(), URI.create(trip.connectOrigin() + "/callback/int_0?state=x&code=y"));
  }

  private static Verdict framed(Scene scene, List<URI> pages) {
    List<String> shown = new ArrayList<>();
    for (URI from : scene.foreign().both()) {
      for (URI page : pages) {
        Tab tab = scene.victim().open(from);
        tab.evaluate(frame(page));
        String origin = Addresses.origin(page);
        // One of another site is a target of its own. Refused, it keeps the address as its name, and shows the browser's own page.
        Optional<Tab> other = from.getHost().equals(page.getHost())
            ? Optional.empty()
            : scene.victim().profile().opened(address -> address.startsWith(origin + page.getRawPath()), SETTLED);
        if (tab.frames().stream().anyMatch(frame -> frame.startsWith(origin))
            || other.filter(frame -> frame.address().startsWith(origin)).isPresent()) {
          shown.add(page.getRawPath() + " in " + from.getHost());
        }
      }
    }
    return Verdict.when(shown.isEmpty(), shown.isEmpty()
        ? "refused from " + scene.foreign().both().size() + " origins"
        : "shown: " + String.join(", ", shown));
  }

  /** Puts a frame into the page and waits until it is loaded or refused. */
  private static String frame(URI page) {
    return """
        new Promise(done => { const frame = document.createElement('iframe'); frame.onload = () => done(true);
        frame.onerror = () => done(false); setTimeout(() => done(false), 3000);
        frame.src = %s; document.body.append(frame); })""".formatted(Json.write(page.toString()));
  }

  private static Verdict posts(Scene scene) {
    Trip trip = Trip.begunBy(scene.attacker(), scene.target());
    String name = scene.victim().shownName();
    List<String> cookies = scene.victim().profile().cookieNames();
    Map<URI, String> requests = new LinkedHashMap<>();
    String token = Program.sessionToken(trip);
    for (String step : List.of("session", "start", "key")) {
      requests.put(URI.create(trip.connectOrigin() + "/connect/" + step), Json.write(Map.of("session_token", token, "csrf_token",
          scene.randomText(), "integration", "sandbox", "fields", Map.of(), "key", "x")));
    }
    requests.put(scene.target().at("/api/sign-in"), Json.write(Map.of("person", scene.attacker().person())));
    requests.put(scene.target().at("/api/connect"), "{}");
    requests.put(scene.target().at("/api/connect/finish"), trip.finishBody(scene.randomText()));
    requests.put(scene.target().at("/api/sign-out"), "{}");
    List<Seen> seen = new ArrayList<>();
    for (URI from : scene.foreign().both()) {
      Tab tab = scene.victim().open(from);
      requests.forEach((address, body) -> tab.evaluate(fetches(address, body)));
      tab.evaluate(fetch(scene.target().at("/api/connections/conn_x"), "DELETE", "cors", "include", "text/plain", ""));
      seen.addAll(tab.requests());
    }
    for (String kind : List.of("text/plain", "application/x-www-form-urlencoded")) {
      Tab forms = scene.victim().profile().tab();
      requests.forEach((address, body) -> {
        forms.open(scene.foreign().sameSite());
        forms.evaluate(form(address, body, kind));
        forms.awaitAnswer(one -> one.address().getRawPath().equals(address.getRawPath())
            && one.method().equals("POST"), PATIENCE);
      });
      seen.addAll(forms.requests());
    }
    List<Seen> sent = seen.stream().filter(one -> !one.method().equals("GET") && !one.method().equals("OPTIONS")).toList();
    List<String> done = new ArrayList<>(sent.stream().filter(Seen::changed).map(Seen::toString).distinct().toList());
    if (!scene.victim().shownName().equals(name)) {
      done.add("the victim is signed in as somebody else");
    }
    List<String> more = scene.victim().profile().cookieNames().stream().filter(cookie -> !cookies.contains(cookie)).toList();
    if (!more.isEmpty()) {
      done.add("cookies were set: " + String.join(" ", more));
    }
    return Verdict.when(done.isEmpty(),
        done.isEmpty() ? "none of " + sent.size() + " was done" : "done: " + String.join(", ", done));
  }

  /** One request in every way that a foreign script has; each is waited for, and none of what it throws. */
  private static String fetches(URI address, String body) {
    List<String> all = new ArrayList<>();
    for (String credentials : List.of("include", "omit")) {
      all.add(fetch(address, "POST", "cors", credentials, "application/json", body));
      all.add(fetch(address, "POST", "cors", credentials, "text/plain", body));
      all.add(fetch(address, "POST", "no-cors", credentials, "text/plain", body));
    }
    return "Promise.all([" + String.join(", ", all) + "])";
  }

  private static String fetch(URI address, String method, String mode, String credentials, String type, String body) {
    return "fetch(%s, {method: '%s', mode: '%s', credentials: '%s', headers: {'Content-Type': '%s'}%s}).then(a => a.text(), e => String(e))"
        .formatted(Json.write(address.toString()), method, mode, credentials, type,
            body.isEmpty() ? "" : ", body: " + Json.write(body));
  }

  /** JSON in a form: the name takes all of it but what is needed to take the sign of equality in. */
  private static String form(URI address, String body, String kind) {
    String json = body.equals("{}") ? "{\"a\": \"" : body.substring(0, body.length() - 1) + ", \"a\": \"";
    return """
        (() => { const form = document.createElement('form'); form.method = 'post'; form.action = %s; form.enctype = %s;
        const input = document.createElement('input'); input.name = %s; input.value = '"}';
        form.append(input); document.body.append(form); setTimeout(() => form.submit(), 0); })()""".formatted(
        Json.write(address.toString()), Json.write(kind), Json.write(json));
  }

  private static Verdict reads(Scene scene) {
    Trip trip = Trip.begunBy(scene.attacker(), scene.target());
    List<URI> wanted = List.of(trip.connectUrl(), URI.create(trip.connectOrigin() + "/connect/page.js"),
        scene.target().at("/api/overview"), scene.target().at("/"), scene.target().at("/api/connect/" + trip.session()));
    List<String> read = new ArrayList<>();
    int tries = 0;
    for (URI from : scene.foreign().both()) {
      Tab tab = scene.victim().open(from);
      for (URI address : wanted) {
        for (String how : List.of("fetch(%s, {credentials: 'include'}).then(a => a.text())", "fetch(%s).then(a => a.text())",
            "fetch(%s, {mode: 'no-cors', credentials: 'include'}).then(a => a.text())",
            "import(%s).then(m => 'a module ' + m)",
            "new Promise((done, fail) => { const s = document.createElement('script'); s.src = %s; s.onload = () => done('a script'); "
                + "s.onerror = fail; document.body.append(s); })",
            "new Promise((done, fail) => { const x = new XMLHttpRequest(); x.open('GET', %s); x.withCredentials = true; "
                + "x.onload = () => done(x.responseText); x.onerror = fail; x.send(); })")) {
          tries++;
          if (!tab.evaluate(how.formatted(Json.write(address.toString())) + ".then(String, () => '')").asText().isEmpty()) {
            read.add(address.getRawPath() + " from " + from.getHost());
          }
        }
      }
    }
    return Verdict.when(read.isEmpty(),
        read.isEmpty() ? "none of " + tries + " ways" : "read: " + String.join(", ", read.stream().distinct().toList()));
  }

  private static Verdict returnWindow(Scene scene) {
    Trip trip = Trip.begunBy(scene.victim(), scene.target());
    Verdict verdict = window(scene, trip.returnedTo(scene.victim()));
    // The page finishes in the victim's own login, in its own time: that is no harm.
    scene.ledger().awaitOneMoreOf(scene.victim());
    String wrong = scene.ledger().expectOneMoreOf(scene.victim());
    return wrong.isEmpty() ? verdict : Verdict.when(false, verdict.text() + ", " + wrong);
  }

  /** Whether a window does not know who opened it; empty when it has closed itself, as a return page does that has done its work. */
  private static Optional<Boolean> isCutOff(Tab window) {
    try {
      window.comesTrue("document.readyState === 'complete'", PATIENCE);
      return Optional.of(window.evaluate("window.opener === null").asBoolean());
    } catch (BrowserException closed) {
      return Optional.empty();
    }
  }

  /** Opens a page from both foreign origins, in turn, and tries everything that a page can do with a window that it opened. */
  private static Verdict window(Scene scene, URI page) {
    List<String> got = new ArrayList<>();
    List<URI> asked = new ArrayList<>();
    Profile profile = scene.victim().profile();
    String origin = Addresses.origin(page);
    for (URI from : scene.foreign().both()) {
      Tab tab = scene.victim().open(from);
      tab.evaluate("window.heard = []; addEventListener('message', e => heard.push(String(JSON.stringify(e.data)))); "
          + "for (const name of ['tasklight-connect', 'authpipe', 'connect']) { const c = new BroadcastChannel(name); "
          + "c.onmessage = e => heard.push(String(e.data)); c.postMessage('connected'); c.postMessage('seen'); }; "
          + "window.opened = window.open(" + Json.write(page.toString()) + "); 1");
      Optional<Tab> window = profile.opened(address -> address.startsWith(origin + page.getRawPath()), PATIENCE);
      Optional<Boolean> cutOff = window.flatMap(ForeignPageAttacks::isCutOff);
      JsonNode looked = tab.evaluate(
          """
              (async () => { const found = []; const look = (what, how) => { try { const v = how(); if (v) found.push(what); } catch {} };
              look('its address', () => String(opened.location.href).startsWith('http')); look('its document', () => opened.document.title);
              look('its storage', () => opened.sessionStorage.length); look('its name', () => opened.name);
              for (let i = 0; i < 5; i++) { look('', () => opened.postMessage('tell', '*')); await new Promise(w => setTimeout(w, 60)); }
              if (heard.length > 0) found.push('messages'); return found; })()""");
      looked.forEach(what -> got.add(what.asText()));
      cutOff.ifPresent(cut -> {
        asked.add(from);
        if (!cut) {
          got.add("window.opener");
        }
      });
    }
    if (asked.isEmpty()) {
      throw new RefusedException("the window did not open");
    }
    return Verdict.when(got.isEmpty(), got.isEmpty()
        ? "no opener, no address, no message"
        : "the foreign page got " + String.join(", ", got.stream().distinct().toList()));
  }
}
