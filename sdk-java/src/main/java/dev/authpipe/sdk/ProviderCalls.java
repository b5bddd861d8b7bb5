package dev.authpipe.sdk;

import dev.authpipe.sdk.value.ConnectionId;

/**
 * Calls the provider's API through the proxy, which adds the credential. The application never sees it. Scope {@code proxy}.
 */
public final class ProviderCalls {

  private final Exchange exchange;

  ProviderCalls(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Sends one call and returns when the provider's headers are there. Never repeated by the SDK. An answer of the provider
   * is returned whatever its status; only the proxy's own refusals are thrown.
   *
   * @param connection whose credential to add
   * @param request what to send
   * @return the provider's answer, streaming; close it
   */
  public ProviderResponse send(ConnectionId connection, ProviderRequest request) {
    return exchange.stream(connection, request);
  }
}
