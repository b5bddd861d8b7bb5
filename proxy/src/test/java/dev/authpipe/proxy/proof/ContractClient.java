package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** An application's back end as far as HTTP goes: sends requests with one API key. Never repeats a request by itself. */
public final class ContractClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(40);
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(10)).followRedirects(HttpClient.Redirect.NEVER).build();

  private final URI origin;
  private final String authorization;

  /** @param apiKey empty: without authorization */
  public ContractClient(URI origin, String apiKey) {
    this.origin = origin;
    this.authorization = apiKey.isEmpty() ? "" : "Bearer " + apiKey;
  }

  /** The same caller at another listener or replica. */
  public ContractClient at(URI other) {
    return new ContractClient(other, authorization.isEmpty() ? "" : authorization.substring("Bearer ".length()));
  }

  /** Sends a request without body. */
  public ContractAnswer send(String method, String path) {
    return send(method, path, null, Map.of());
  }

  /** Sends a request with a JSON body. */
  public ContractAnswer send(String method, String path, @Nullable Object body) {
    return send(method, path, body, Map.of());
  }

  /**
   * Sends a request.
   *
   * @param body    text is sent as it is, everything else as JSON; null: none
   * @param headers replace those set here
   */
  public ContractAnswer send(String method, String path, @Nullable Object body, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).timeout(DEADLINE);
    if (!authorization.isEmpty()) {
      request.setHeader("Authorization", authorization);
    }
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    headers.forEach(request::setHeader);
    request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(text(body)));
    try {
      ContractAnswer answer = new ContractAnswer(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
      DocumentedErrors.check(method, path, answer);
      return answer;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while calling the proxy", failure);
    }
  }

  /** Where it calls. */
  URI origin() {
    return origin;
  }

  /** The value of the header that carries the API key. */
  String authorization() {
    return authorization;
  }

  /** Reads the access token of a connection. */
  public ContractAnswer accessToken(String connection) {
    return send("GET", "/v1/connections/" + connection + "/token");
  }

  /** Calls the provider's API through the proxy. */
  public ContractAnswer proxied(String connection, String path) {
    return send("GET", "/v1/proxy/" + connection + path);
  }

  private static String text(Object body) {
    try {
      return body instanceof String text ? text : JSON.writeValueAsString(body);
    } catch (JsonProcessingException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
