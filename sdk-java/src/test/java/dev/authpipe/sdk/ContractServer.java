package dev.authpipe.sdk;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.authpipe.sdk.value.ApiKey;

/** A real HTTP server on loopback that answers in the contract's shapes and records what reached it. */
final class ContractServer implements AutoCloseable {

  static final ApiKey API_KEY = new ApiKey("ap_sk_0000000000_testonly");

  /** Answers one request. */
  @FunctionalInterface
  interface Route {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** One request as it arrived. */
  record Seen(String method, String rawTarget, Map<String, List<String>> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).get(0);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Queue<Route>> routes = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  ContractServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Queues an answer for a method and path; the last one queued is repeated for ever. */
  ContractServer on(String methodAndPath, Route route) {
    routes.computeIfAbsent(methodAndPath, key -> new ArrayDeque<>()).add(route);
    return this;
  }

  ContractServer onJson(String methodAndPath, int status, String json) {
    return on(methodAndPath, exchange -> reply(exchange, status, "application/json", json));
  }

  ContractServer onProblem(String methodAndPath, int status, String code) {
    return on(methodAndPath, exchange -> {
      exchange.getResponseHeaders().set("Authpipe-Request-Id", "req_1");
      reply(exchange, status, "application/problem+json", problem(status, code));
    });
  }

  static String problem(int status, String code) {
    return """
        {"type":"https://authpipe.dev/errors/%s","title":"Refused","status":%d,"detail":"what to do","code":"%s",\
        "request_id":"req_1"}""".formatted(code, status, code);
  }

  static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
    boolean streaming = exchange.getRequestURI().getRawPath().startsWith("/v1/proxy/");
    String body = streaming ? "" : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(new Seen(
        exchange.getRequestMethod(),
        exchange.getRequestURI().toString(),
        Map.copyOf(exchange.getRequestHeaders()),
        body));
    Queue<Route> queue = routes.get(key);
    if (queue == null) {
      reply(exchange, 404, "application/problem+json", problem(404, "not_found"));
      return;
    }
    Route route;
    synchronized (queue) {
      route = queue.size() > 1 ? queue.remove() : queue.element();
    }
    route.answer(exchange);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Authpipe client() {
    return builder().build();
  }

  Authpipe.Builder builder() {
    return Authpipe.at(address(), API_KEY).pause(duration -> {});
  }

  List<Seen> seen() {
    return seen;
  }

  Seen only() {
    if (seen.size() != 1) {
      throw new AssertionError("one request expected, came: " + seen.size());
    }
    return seen.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
