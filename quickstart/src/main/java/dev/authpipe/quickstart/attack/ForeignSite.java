package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** The attacker's own web site: empty pages for the attacker's scripts, at two addresses, and a note of who came from where. */
final class ForeignSite implements AutoCloseable {
  private static final byte[] PAGE = "<!doctype html><title>foreign</title><body></body>".getBytes(StandardCharsets.UTF_8);
  private static final int MOST_VISITS = 1_000;

  private final HttpServer server;
  private final List<String> visits = new ArrayList<>();

  private ForeignSite(HttpServer server) {
    this.server = server;
    server.createContext("/", this::answer);
  }

  static ForeignSite start() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0), 0);
    ForeignSite site = new ForeignSite(server);
    server.start();
    return site;
  }

  /** Another site: the target's cookies stay at home. */
  URI otherSite() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  /** Another origin of the target's own site: browsers send the target's cookies along. */
  URI sameSite() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  List<URI> both() {
    return List.of(otherSite(), sameSite());
  }

  /** Addresses that were asked for here and the addresses that referred to them. */
  synchronized List<String> visits() {
    return List.copyOf(visits);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      synchronized (this) {
        if (visits.size() < MOST_VISITS) {
          visits.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Referer"));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.sendResponseHeaders(200, PAGE.length);
      exchange.getResponseBody().write(PAGE);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
