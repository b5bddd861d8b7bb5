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

  private final String method;
  private final String path;
  private final int status;
  private final Map<String, List<String>> headers;
  private final byte[] body;

  ContractAnswer(HttpResponse<byte[]> response) {
    this.method = response.request().method();
    this.path = response.uri().getRawPath();
    this.status = response.statusCode();
    this.headers = new TreeMap<>();
    response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    this.body = response.body();
  }

  private ContractAnswer(String method, String path, int status, Map<String, List<String>> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The same answer as a faulty proxy would give it: without a header. */
  ContractAnswer withoutHeader(String name) {
    Map<String, List<String>> fewer = new TreeMap<>(headers);
    fewer.remove(name.toLowerCase(Locale.ROOT));
    return new ContractAnswer(method, path, status, fewer, body);
  }

  /** The same answer as a faulty proxy would give it: with another body. */
  ContractAnswer withBody(JsonNode other) {
    return new ContractAnswer(method, path, status, headers, other.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The method that was used. */
  public String method() {
    return method;
  }

  /** The path that was asked for. */
  public String path() {
    return path;
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
