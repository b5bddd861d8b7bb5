package dev.authpipe.sdk;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/**
 * Calls the provider's API through the proxy, which adds the credential. The application never sees it. Scope {@code proxy}. Never repeated
 * by the SDK, but at another replica when nothing was sent. An answer of the provider is returned whatever its status; only the proxy's
 * own refusals are thrown.
 *
 * <p>{@link #send(ConnectionId, ProviderRequest)} is the short way. Whoever has requests of {@code java.net.http} already gives them an
 * address of {@link #uri} and sends them here, with any body publisher and body handler, both streaming.
 */
public final class ProviderCalls {

  private final Exchange exchange;

  ProviderCalls(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Sends one call and returns when the provider's headers are there.
   *
   * @param connection whose credential to add
   * @param request what to send
   * @return the provider's answer, streaming; close it
   */
  public ProviderResponse send(ConnectionId connection, ProviderRequest request) {
    return exchange.stream(connection, request);
  }

  /**
   * The address at the proxy of something at the provider, for a request of {@code java.net.http}.
   *
   * @param connection whose credential to add
   * @param pathAndQuery path below the provider's API address, with a query if need be; sent byte for byte, so already percent-encoded;
   *     starts with {@code /}
   * @return the address, which holds no secret
   */
  public URI uri(ConnectionId connection, String pathAndQuery) {
    return new ProviderHttp(exchange).uri(connection, pathAndQuery);
  }

  /**
   * Sends a request and waits for its body as the handler wants it.
   *
   * @param endUser whose connection it must be; the proxy answers 404 when it is somebody else's
   * @param request with an address of {@link #uri} and no {@code Authorization}; without a timeout of its own it waits a minute for the
   *     provider's headers
   * @param handler what to do with the provider's body; it never meets a refusal of the proxy
   * @param <T> the body's type
   * @return the provider's answer; what it says of the request shows no API key
   * @throws IllegalArgumentException when the address is not of {@link #uri}, or a header is not the caller's to set
   * @throws UnsupportedOperationException when the application's own transport does not carry such requests
   */
  public <T> HttpResponse<T> send(EndUserId endUser, HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return new ProviderHttp(exchange).send(endUser, request, handler);
  }

  /**
   * As {@link #send(EndUserId, HttpRequest, HttpResponse.BodyHandler)}, without waiting.
   *
   * @param endUser whose connection it must be
   * @param request what to send
   * @param handler what to do with the provider's body
   * @param <T> the body's type
   * @return the provider's answer to come, or an {@link dev.authpipe.sdk.error.AuthpipeException} as the cause of its failure
   */
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(EndUserId endUser, HttpRequest request,
      HttpResponse.BodyHandler<T> handler) {
    return new ProviderHttp(exchange).sendAsync(endUser, request, handler);
  }
}
