package dev.authpipe.quickstart.chromium;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;

/** One page and what it asks of servers. Scripts run as the page's own, under all of its limits. */
public final class Tab {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String CLOSED = "Session with given id not found";

  private final DevTools devTools;
  private final String target;
  private final String session;
  private final Map<String, Seen> requests = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> sent = new HashMap<>();
  private volatile CompletableFuture<URI> stopped = new CompletableFuture<>();

  Tab(DevTools devTools, String target, String session) {
    this.devTools = devTools;
    this.target = target;
    this.session = session;
    devTools.listen(session, this::happened);
    call("Page.enable", Map.of());
    call("Network.enable", Map.of());
  }

  String target() {
    return target;
  }

  void forget() {
    devTools.forget(session);
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return devTools.call(session, method, parameters);
  }

  private synchronized void happened(String method, JsonNode event) {
    String id = event.path("requestId").asText();
    switch (method) {
      case "Network.requestWillBeSent" -> {
        Seen before = requests.get(id);
        if (before != null) { // a redirect keeps the number of its request
          requests.put(id + "#" + requests.size(), answered(before, event.at("/redirectResponse/status").asInt()));
        }
        JsonNode request = event.path("request");
        String url = request.path("url").asText();
        if (url.startsWith("http")) {
          requests.put(id, new Seen(request.path("method").asText(), URI.create(url), sent.getOrDefault(id, Map.of()), 0));
        }
      }
      case "Network.requestWillBeSentExtraInfo" -> {
        Map<String, String> headers = new HashMap<>();
        event.path("headers").properties()
            .forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
        sent.put(id, headers);
        requests.computeIfPresent(id, (_, seen) -> new Seen(seen.method(), seen.address(), headers, seen.status()));
      }
      case "Network.responseReceived" ->
        requests.computeIfPresent(id, (_, seen) -> answered(seen, event.at("/response/status").asInt()));
      // The answer of one that the page may not see: what the server made of it counts here.
      case "Network.responseReceivedExtraInfo" ->
        requests.computeIfPresent(id, (_, seen) -> answered(seen, event.path("statusCode").asInt()));
      case "Fetch.requestPaused" -> {
        devTools.send(session, "Fetch.failRequest", Map.of("requestId", id, "errorReason", "Aborted"));
        stopped.complete(URI.create(event.at("/request/url").asText()));
      }
      default -> {
        // Everything else is of no interest.
      }
    }
  }

  private static Seen answered(Seen seen, int status) {
    return new Seen(seen.method(), seen.address(), seen.headers(), status);
  }

  /** Every request so far, redirects one by one. */
  public synchronized List<Seen> requests() {
    return new ArrayList<>(requests.values());
  }

  /** A request like that, once it has an answer; empty when there is none in time. */
  public Optional<Seen> awaitAnswer(Predicate<Seen> wanted, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<Seen> found = requests().stream().filter(seen -> seen.status() != 0 && wanted.test(seen)).findFirst();
      if (found.isPresent() || System.nanoTime() > until) {
        return found;
      }
      Pause.brief();
    }
  }

  /** Goes to an address as if typed in; an address that shows nothing is no failure. */
  public void open(URI address) {
    JsonNode gone = call("Page.navigate", Map.of("url", address.toString()));
    if (!gone.has("errorText")) {
      until("document.readyState === 'complete'");
    }
  }

  /**
   * From now on, does not ask the server for an address like that, but keeps it.
   *
   * @param pattern an address, with {@code *} for anything
   */
  public void stopAt(String pattern) {
    stopped = new CompletableFuture<>();
    call("Fetch.enable", Map.of("patterns", List.of(Map.of("urlPattern", pattern))));
  }

  /** Where it stopped, within 10 seconds. */
  public URI stoppedAt() {
    try {
      return stopped.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException never) {
      throw new BrowserException("the browser did not come to the address at which it was to stop", never);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrowserException("interrupted while browsing", e);
    }
  }

  /** Goes to an address; where it was to stop, if it came there, and else empty. */
  public Optional<URI> openUntil(URI address, String pattern) {
    stopAt(pattern);
    JsonNode gone = call("Page.navigate", Map.of("url", address.toString()));
    if (gone.has("errorText")) {
      return Optional.of(stoppedAt());
    }
    until("document.readyState === 'complete'");
    return Optional.empty();
  }

  /** What an expression of the page's script comes to; a promise is waited for. Whatever it throws is the exception's message. */
  public JsonNode evaluate(String expression) {
    JsonNode answer = call("Runtime.evaluate",
        Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
    if (answer.has("exceptionDetails")) {
      throw new BrowserException("a script failed: " + answer.at("/exceptionDetails/exception/description").asText()
          .lines().findFirst().orElse("without a word"));
    }
    return answer.at("/result/value");
  }

  /** Waits until an expression is true, at most 10 seconds; a page that is just being left is asked again. */
  public void until(String expression) {
    if (!comesTrue(expression, PATIENCE)) {
      throw new BrowserException("the page did not come to: " + expression);
    }
  }

  /** Whether an expression comes true in time; a tab that was closed is not waited for. */
  public boolean comesTrue(String expression, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        if (evaluate("Boolean(" + expression + ")").asBoolean()) {
          return true;
        }
      } catch (BrowserException leaving) {
        if (String.valueOf(leaving.getMessage()).contains(CLOSED)) {
          throw leaving;
        } // else it is between two pages, where there is nobody to ask
      }
      if (System.nanoTime() > until) {
        return false;
      }
      Pause.brief();
    }
  }

  /** Its address, the fragment included. */
  public String address() {
    return evaluate("location.href").asText();
  }

  /** Addresses of the frames in it that are shown; of one that the browser refuses to show, another address. */
  public List<String> frames() {
    List<String> found = new ArrayList<>();
    for (JsonNode child : call("Page.getFrameTree", Map.of()).at("/frameTree/childFrames")) {
      found.add(child.at("/frame/url").asText());
    }
    return found;
  }
}
