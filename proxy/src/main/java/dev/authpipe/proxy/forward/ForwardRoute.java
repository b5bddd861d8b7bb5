package dev.authpipe.proxy.forward;

import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.AuditBatches;
import dev.authpipe.proxy.caller.Callers;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.HotRoute;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.proxy.refresh.FreshCredentials;

/**
 * {@code ANY /v1/proxy/{connection}/{path…}}: the provider's API with the credential injected, for a caller with the scope {@code proxy}.
 * Never answers in the provider's name: errors of ours carry {@code Authpipe-Error}.
 *
 * @param callers       who is calling
 * @param credentials   fresh credentials
 * @param configuration integrations and workspaces
 * @param batches       the record of calls
 * @param limits        requests per address
 * @param slots         calls at a time per connection
 * @param running       the calls under way
 * @param longCalls     those that stay open
 * @param works         the way to providers
 * @param alarm       told of answers that repeated a credential
 */
@Singleton
record ForwardRoute(Callers callers, FreshCredentials credentials, Configuration configuration, AuditBatches batches,
    RateLimits limits,
    ConnectionSlots slots, RunningCalls running, LongCalls longCalls, ForwardWorks works, EchoAlarm alarm) implements HotRoute {

  @Override
  public boolean owns(String target) {
    return ForwardTarget.isTarget(target);
  }

  @Override
  public HotExchange open(HotConnection connection, HttpRequest request) {
    ForwardExchange exchange = new ForwardExchange(this, connection, request);
    try {
      exchange.begin();
    } catch (RuntimeException fault) {
      exchange.callerGone(); // who asked never hears of it, and could not give back what it took
      throw fault;
    }
    return exchange;
  }
}
