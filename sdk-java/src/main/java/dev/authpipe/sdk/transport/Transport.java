package dev.authpipe.sdk.transport;

import java.io.IOException;

/**
 * Carries one request to the proxy and brings its answer back.
 *
 * <p>An implementation must never follow redirects (the request carries the API key), never retry by itself, never log
 * headers or bodies, and must honour both time limits of {@link TransportRequest}. It must be safe for use by many threads.
 */
@FunctionalInterface
public interface Transport {

  /**
   * Sends one request and returns as soon as the answer's headers are there.
   *
   * @param request what to send
   * @return the answer, whose body the receiver reads and closes
   * @throws IOException when no complete set of headers arrived; {@link java.net.http.HttpTimeoutException} when a time
   *     limit passed, {@link java.net.ConnectException} when nothing was sent at all
   * @throws InterruptedException when the waiting thread was interrupted
   */
  TransportResponse send(TransportRequest request) throws IOException, InterruptedException;
}
