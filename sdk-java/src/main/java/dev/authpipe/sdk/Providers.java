package dev.authpipe.sdk;

import dev.authpipe.sdk.config.Provider;

/** The catalog of providers. Scope {@code connect}, {@code connections:read} or {@code config:write}. */
public final class Providers {

  private final Exchange exchange;

  Providers(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * The whole catalog, by slug.
   *
   * @return the providers
   */
  public Listing<Provider> list() {
    return () -> exchange.call(ApiCall.repeatable("GET", "/v1/providers")).objects("data").stream().map(ConfigAnswers::provider)
        .iterator();
  }

  /**
   * Reads one provider.
   *
   * @param slug its name in settings
   * @return the provider
   */
  public Provider get(String slug) {
    return ConfigAnswers.provider(exchange.call(ApiCall.repeatable("GET", "/v1/providers/" + Query.encode(slug))));
  }
}
