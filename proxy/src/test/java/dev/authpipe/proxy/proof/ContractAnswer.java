package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What the proxy answered. Prints status and code only, for the body may hold an access token.
 */
public final class ContractAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  ContractAnswer(HttpResponse<byte[]> response) {
    this.status = response.statusCode();
    this.headers = new TreeMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    this.body = response.body();
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** All headers by lower-case name. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** The bytes of the body. */
  public byte[] bytes() {
    return body.clone();
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The body as JSON; missing when it is none. */
  public JsonNode json() {
    try {
      return body.length == 0 ? JSON.missingNode() : JSON.readTree(body);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The stable code of a problem; empty on success. */
  public String code() {
    return header("content-type").orElse("").startsWith("application/problem+json") ? json().path("code").asText() : "";
  }

  /** The same answer when it has this status, else a failure that names status and code. */
  public ContractAnswer expect(int expected) {
    if (status != expected) {
      throw new AssertionError("expected " + expected + ", answered: " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    String code = code();
    return status + (code.isEmpty() ? "" : " " + code + " (" + json().path("detail").asText() + ")");
  }
}
