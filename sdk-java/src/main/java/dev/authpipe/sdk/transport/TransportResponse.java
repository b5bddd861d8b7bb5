package dev.authpipe.sdk.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Objects;

/**
 * The answer to a {@link TransportRequest}. Never held open longer than needed: closing it releases the connection.
 *
 * @param status HTTP status
 * @param headers the answer's headers
 * @param body the answer's bytes as they arrive; a read fails with {@link java.net.http.HttpTimeoutException} once the
 *     total time limit has passed
 */
public record TransportResponse(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {

  /** Checks that nothing is missing. */
  public TransportResponse {
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(body, "body");
  }

  /**
   * Gives up what is left of the body.
   *
   * @throws IOException when closing fails
   */
  @Override
  public void close() throws IOException {
    body.close();
  }

  @Override
  public String toString() {
    return "HTTP " + status;
  }
}
