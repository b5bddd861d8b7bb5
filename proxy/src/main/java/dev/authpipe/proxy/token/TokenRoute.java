package dev.authpipe.proxy.token;

import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditBatches;
import dev.authpipe.proxy.caller.Callers;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.http.BlockingWork;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.HotRoute;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.refresh.FreshCredentials;

/**
 * {@code GET /v1/connections/{id}/token}: a valid access token for a caller with the scope {@code tokens:read}. Never releases one that
 * cannot be recorded (S42), nor one of a proxy-only connection (S32).
 */
@Singleton
final class TokenRoute implements HotRoute {
  private final Callers callers;
  private final FreshCredentials credentials;
  private final Configuration configuration;
  private final AuditBatches batches;
  private final RateLimits limits;
  private final BlockingWork blocking;

  TokenRoute(Callers callers, FreshCredentials credentials, Configuration configuration, AuditBatches batches,
      RateLimits limits, BlockingWork blocking) {
    this.blocking = blocking;
    this.callers = callers;
    this.credentials = credentials;
    this.configuration = configuration;
    this.batches = batches;
    this.limits = limits;
  }

  @Override
  public boolean owns(String target) {
    return TokenRequest.isTarget(target);
  }

  @Override
  public HotExchange open(HotConnection connection, HttpRequest request) {
    TokenExchange exchange = new TokenExchange(this, connection, request);
    exchange.begin();
    return exchange;
  }

  Callers callers() {
    return callers;
  }

  FreshCredentials credentials() {
    return credentials;
  }

  Configuration configuration() {
    return configuration;
  }

  AuditBatches batches() {
    return batches;
  }

  RateLimits limits() {
    return limits;
  }

  BlockingWork blocking() {
    return blocking;
  }
}
