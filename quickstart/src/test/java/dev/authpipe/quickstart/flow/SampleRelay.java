package dev.authpipe.quickstart.flow;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Stands before the sample application, and answers in its place where it is told to. */
final class SampleRelay implements AutoCloseable {
  private record Instead(int status, String body) {}

  private final URI sample;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Instead> instead = new ConcurrentHashMap<>();

  SampleRelay(URI sample) throws IOException {
    this.sample = sample;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers so from now on, without asking the application. */
  void answer(String action, int status, String body) {
    instead.put(action, new Instead(status, body));
  }

  private void handle(HttpExchange exchange) throws IOException {
    Instead other = instead.get(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
    byte[] asked = exchange.getRequestBody().readAllBytes();
    if (other != null) {
      send(exchange, other.status, other.body.getBytes(StandardCharsets.UTF_8));
      return;
    }
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(onward(exchange, asked), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    answer.headers().firstValue("Set-Cookie").ifPresent(cookie -> exchange.getResponseHeaders().set("Set-Cookie", cookie));
    send(exchange, answer.statusCode(), answer.body());
  }

  private HttpRequest onward(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(sample.resolve(exchange.getRequestURI()))
        .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    header(exchange, "Cookie").ifPresent(cookie -> request.header("Cookie", cookie));
    header(exchange, "Content-Type").ifPresent(type -> request.header("Content-Type", type));
    header(exchange, "Origin").ifPresent(_ -> request.header("Origin", sample.toString()));
    return request.build();
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
    http.close();
  }
}
