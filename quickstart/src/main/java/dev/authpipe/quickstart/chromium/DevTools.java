package dev.authpipe.quickstart.chromium;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to a browser: commands with their answers, and events by session. Every command has a deadline of 15 seconds. Safe for use
 * by several threads; listeners of events run one after another on a thread of their own and may send, but never wait for, commands.
 */
final class DevTools implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(DEADLINE).build();
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<String, JsonNode>> listeners = new ConcurrentHashMap<>();
  private final ExecutorService events = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final ExecutorService sends = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final WebSocket socket;

  DevTools(URI address) {
    this.socket = http.newWebSocketBuilder().connectTimeout(DEADLINE).buildAsync(address, new Incoming()).join();
  }

  /** Hears of what happens in this session, by method and parameters. */
  void listen(String session, BiConsumer<String, JsonNode> listener) {
    listeners.put(session, listener);
  }

  void forget(String session) {
    listeners.remove(session);
  }

  /** Sends a command and waits for its result. */
  JsonNode call(@Nullable String session, String method, Map<String, ?> parameters) {
    CompletableFuture<JsonNode> answer = send(session, method, parameters);
    try {
      return answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new BrowserException("the browser did not answer " + method + " in time", late);
    } catch (ExecutionException refused) {
      throw refused.getCause() instanceof BrowserException known ? known : new BrowserException(method + " failed", refused);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrowserException("interrupted while the browser was asked", e);
    }
  }

  /** Sends a command; its result comes when it comes. */
  CompletableFuture<JsonNode> send(@Nullable String session, String method, Map<String, ?> parameters) {
    long id = last.incrementAndGet();
    var message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(id, answer);
    // A WebSocket takes one message at a time.
    sends.execute(() -> socket.sendText(message.toString(), true).join());
    return answer;
  }

  private void arrived(String text) {
    JsonNode message;
    try {
      message = JSON.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new BrowserException("the browser sent no JSON", broken);
    }
    if (message.has("id")) {
      CompletableFuture<JsonNode> waiting = open.remove(message.path("id").asLong());
      if (waiting != null && message.has("error")) {
        waiting.completeExceptionally(new BrowserException(message.at("/error/message").asText()));
      } else if (waiting != null) {
        waiting.complete(message.path("result"));
      }
      return;
    }
    BiConsumer<String, JsonNode> listener = listeners.get(message.path("sessionId").asText());
    if (listener != null) {
      events.execute(() -> listener.accept(message.path("method").asText(), message.path("params")));
    }
  }

  @Override
  public void close() {
    socket.abort();
    events.shutdownNow();
    sends.shutdownNow();
    http.shutdownNow();
    open.values().forEach(waiting -> waiting.completeExceptionally(new BrowserException("the browser was closed")));
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean complete) {
      parts.append(data);
      if (complete) {
        String text = parts.toString();
        parts.setLength(0);
        arrived(text);
      }
      from.request(1);
      return null;
    }
  }
}
