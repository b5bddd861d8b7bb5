package dev.authpipe.sdk.transport;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

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

  /**
   * Sends one request of the JDK's own types, as {@link java.net.http.HttpClient#sendAsync} does. Needed only where the application calls
   * providers by such requests; without it those calls are refused.
   *
   * @param request what to send
   * @param handler what to do with the body
   * @param <T> the body's type
   * @return the answer to come; cancelling gives it up
   * @throws UnsupportedOperationException when this transport does not carry them
   */
  default <T> CompletableFuture<HttpResponse<T>> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    throw new UnsupportedOperationException("this transport does not carry requests of java.net.http");
  }
}
