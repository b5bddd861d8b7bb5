package dev.authpipe.quickstart.sample;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;

/** One request of a browser. */
final class Request {

  private static final int MOST_BODY_BYTES = 16 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpExchange exchange;

  Request(HttpExchange exchange) {
    this.exchange = exchange;
  }

  String method() {
    return exchange.getRequestMethod();
  }

  String path() {
    return exchange.getRequestURI().getRawPath();
  }

  @Nullable
  String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  Optional<String> cookie(String name) {
    String cookies = Objects.requireNonNullElse(header("Cookie"), "");
    for (String pair : cookies.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).trim().equals(name)) {
        return Optional.of(pair.substring(equals + 1).trim());
      }
    }
    return Optional.empty();
  }

  /** A text field of the JSON body's object. */
  JsonNode body() throws IOException, BadRequestException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
    if (bytes.length > MOST_BODY_BYTES) {
      throw new BadRequestException("the request is too long");
    }
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new BadRequestException("the request is not JSON");
    }
  }
}
