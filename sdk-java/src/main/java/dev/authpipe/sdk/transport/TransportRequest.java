package dev.authpipe.sdk.transport;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Objects;

/**
 * One HTTP request on its way to the proxy. Its headers carry the API key, so {@link #toString()} shows neither headers nor
 * body.
 *
 * @param method HTTP method, upper case
 * @param uri absolute address; path and query are sent exactly as they stand
 * @param headers all headers except those that framing decides (Host, Content-Length, Transfer-Encoding)
 * @param body what to send
 * @param responseTimeout longest wait for the answer's headers
 * @param totalTimeout longest time from sending until the last byte of the answer's body was read
 */
public record TransportRequest(
    String method,
    URI uri,
    HttpHeaders headers,
    RequestBody body,
    Duration responseTimeout,
    Duration totalTimeout) {

  /** Checks that nothing is missing and that both limits are positive. */
  public TransportRequest {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(body, "body");
    if (isNotPositive(responseTimeout) || isNotPositive(totalTimeout)) {
      throw new IllegalArgumentException("a time limit must be positive");
    }
  }

  private static boolean isNotPositive(Duration limit) {
    return limit.isZero() || limit.isNegative();
  }

  @Override
  public String toString() {
    return method + " " + uri.getRawPath();
  }
}
