package dev.authpipe.quickstart.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

import com.sun.net.httpserver.HttpExchange;

/** Answers of a target, with every guarding header but those that it is told to lack. */
final class Replies {
  private final Set<Gap> gaps;

  Replies(Set<Gap> gaps) {
    this.gaps = gaps;
  }

  void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(303, -1);
  }

  void page(HttpExchange exchange, String content) throws IOException {
    page(exchange, content, 200);
  }

  void page(HttpExchange exchange, String content, int status) throws IOException {
    send(exchange, status, "text/html", "<!doctype html><link rel=icon href='data:,'><body>" + content + "</body>");
  }

  void answer(HttpExchange exchange, int status, Object body) throws IOException {
    send(exchange, status, "application/json", Json.write(body));
  }

  private void send(HttpExchange exchange, int status, String type, String text) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("X-Content-Type-Options", "nosniff");
    if (!gaps.contains(Gap.FRAMES)) {
      headers.set("Content-Security-Policy", "frame-ancestors 'none'");
    }
    if (!gaps.contains(Gap.OPENER)) {
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
    }
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (gaps.contains(Gap.READABLE) && origin != null) {
      headers.set("Access-Control-Allow-Origin", origin);
      headers.set("Access-Control-Allow-Credentials", "true");
    } else {
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  static String cookie(HttpExchange exchange, String name) {
    for (String pair : Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Cookie"), "").split("; *", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1).replace("\"", "");
      }
    }
    return "";
  }
}
