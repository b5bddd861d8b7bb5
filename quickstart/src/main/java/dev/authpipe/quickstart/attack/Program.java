package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.browser.Page;

/**
 * Somebody with a program instead of a browser, which can send anything: it keeps cookies and follows redirects, of its own will. Comes from
 * an address of its own where the system has several, so that it does not use up what the browser may ask for in a minute.
 */
final class Program implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int MOST_AT_ONCE = 25;
  private static final int LONGEST_WAIT_SECONDS = 65;
  private static final int MOST_ROUNDS = 2;

  private final Target target;
  private final Optional<InetAddress> source;
  private final BrowserLike browser;

  Program(Target target) {
    this.target = target;
    this.source = Loopback.source();
    this.browser = source.map(BrowserLike::from).orElseGet(BrowserLike::fresh);
  }

  static Program signedIn(Target target, String person) {
    Program program = new Program(target);
    Answer answer = program.post(target.at("/api/sign-in"), Map.of("person", person));
    if (!answer.granted()) {
      throw new RefusedException("the target did not sign " + person + " in: " + answer);
    }
    return program;
  }

  Trip begin() {
    return Trip.begun(target, post(target.at("/api/connect"), Map.of()));
  }

  /** At one of the integrations that the application offers, by its slug. */
  Trip begin(String integration) {
    return Trip.begun(target, post(target.at("/api/connect"), Map.of("integration", integration)));
  }

  /** By the clock of the target and its provider, which anybody who is signed in there may move on. */
  Answer letTimePass() {
    return post(target.at("/api/try/time"), Map.of());
  }

  /** As the script of a page of that server would; a limit of requests is waited for. */
  Answer post(URI address, Map<String, ?> body) {
    for (int round = 1;; round++) {
      Page page = browser.fetchJson("POST", Loopback.require(address), Json.write(body), address,
          Map.of("Accept", "application/json"));
      if (page.status() != 429 || round > MOST_ROUNDS) {
        return new Answer(page.status(), Json.read(page.body()));
      }
      rest(page);
    }
  }

  private static void rest(Page limited) {
    int seconds = limited.header("Retry-After").filter(text -> text.matches("\\d{1,3}")).map(Integer::parseInt).orElse(5);
    try {
      Thread.sleep(Duration.ofSeconds(Math.min(seconds, LONGEST_WAIT_SECONDS)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while waiting for the limit of requests");
    }
  }

  /** What the connect page is told in exchange for the session token. */
  JsonNode view(Trip trip) {
    Answer answer = post(trip.connectUrl().resolve("/connect/session"), Map.of("session_token", sessionToken(trip)));
    if (!answer.granted()) {
      throw new RefusedException("the connect page was told nothing: " + answer);
    }
    return answer.body();
  }

  /** Starts the way to the provider, with this CSRF token. */
  Answer start(Trip trip, JsonNode view, String csrf) {
    return post(trip.connectUrl().resolve("/connect/start"), Map.of("session_token", sessionToken(trip), "csrf_token", csrf,
        "integration", view.at("/integrations/0/id").asText(), "fields", Map.of()));
  }

  static String sessionToken(Trip trip) {
    String fragment = trip.connectUrl().getRawFragment();
    return fragment == null ? Addresses.parameter(trip.connectUrl(), "token").orElse("") : fragment;
  }

  /** Walks as far as the provider's answer and keeps its address. */
  URI answered(Trip trip) {
    JsonNode view = view(trip);
    Answer started = start(trip, view, view.path("csrf_token").asText());
    if (!started.granted()) {
      throw new RefusedException("the connect page did not lead to the provider: " + started);
    }
    Page question = browser.openUntil(Loopback.require(URI.create(started.body().path("location").asText())),
        Program::isElsewhere);
    question.stoppedAt().ifPresent(Loopback::require);
    Page answer = browser.submitUntil(question.form().with("decision", "allow"),
        next -> isElsewhere(next) || next.getRawPath().startsWith("/callback/"));
    return Loopback.require(
        answer.stoppedAt().orElseThrow(() -> new RefusedException("the provider did not answer with a redirect")));
  }

  private static boolean isElsewhere(URI address) {
    return !Loopback.is(address);
  }

  /** Opens the provider's answer, or what it was made into. */
  Arrival arrive(URI callback) {
    Page page = browser.openUntil(Loopback.require(callback), _ -> true);
    page.stoppedAt().ifPresent(Loopback::require);
    return Arrival.of(page);
  }

  /** Looks at a page, as whoever checks links does. */
  int look(URI address) {
    return browser.openUntil(address, Program::isElsewhere).status();
  }

  Answer finish(Trip trip, String finishCode) {
    return post(target.at("/api/connect/finish"), Map.of("session_id", trip.session(), "finish_code", finishCode));
  }

  /** Puts a cookie into this program alone. */
  void plant(URI site, String name, String value) {
    browser.plantCookie(site, name, value);
  }

  /** Cookies beside those of the application's own login. */
  List<HttpCookie> cookiesFrom(List<HttpCookie> before) {
    return browser.cookies().stream().filter(cookie -> before.stream().noneMatch(old -> old.getName().equals(cookie.getName())))
        .toList();
  }

  List<HttpCookie> cookies() {
    return browser.cookies();
  }

  /** The same answer many times at once; at most 25 wait for theirs at any time. */
  List<Arrival> arriveAtOnce(URI callback, int times) throws Exception {
    String cookies = browser.cookies().stream().map(cookie -> cookie.getName() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
    HttpRequest request = HttpRequest.newBuilder(callback).timeout(DEADLINE).header("Cookie", cookies).build();
    var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    source.ifPresent(builder::localAddress);
    Semaphore places = new Semaphore(MOST_AT_ONCE);
    try (HttpClient http = builder.build(); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Arrival> one = () -> {
        places.acquire();
        try {
          return Arrival.of(http.send(request, BodyHandlers.ofString()));
        } catch (IOException cut) {
          return new Arrival(0, "no answer", Optional.empty());
        } finally {
          places.release();
        }
      };
      List<Arrival> arrivals = new java.util.ArrayList<>();
      for (Future<Arrival> each : threads.invokeAll(java.util.Collections.nCopies(times, one))) {
        arrivals.add(each.get());
      }
      return arrivals;
    }
  }

  @Override
  public void close() {
    browser.close();
  }
}
