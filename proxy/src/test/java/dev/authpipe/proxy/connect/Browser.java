package dev.authpipe.proxy.connect;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** One browser profile of a test: keeps cookies, follows nothing by itself, and comes from an address of its own. */
final class Browser implements AutoCloseable {
  private final HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private final String address = "198.51." + ThreadLocalRandom.current().nextInt(256) + "."
      + ThreadLocalRandom.current().nextInt(256);

  HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri).GET());
  }

  HttpResponse<String> post(URI uri, String json, String origin) {
    return send(HttpRequest.newBuilder(uri).header("Content-Type", "application/json").header("Origin", origin)
        .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    request.header("X-Forwarded-For", address);
    if (!cookies.isEmpty()) {
      request.header("Cookie",
          cookies.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue()).collect(Collectors.joining("; ")));
    }
    try {
      HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      response.headers().allValues("Set-Cookie").forEach(this::keep);
      return response;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private void keep(String header) {
    String pair = header.split(";", 2)[0];
    cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
  }

  Map<String, String> cookies() {
    return cookies;
  }

  /** Where an answer sends the browser. */
  static URI location(HttpResponse<String> response) {
    return response.headers().firstValue("Location").map(URI::create)
        .orElseThrow(() -> new AssertionError("no Location in " + response.statusCode() + " " + response.body()));
  }

  @Override
  public void close() {
    client.close();
  }
}
