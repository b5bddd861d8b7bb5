package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.retryAfter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.awaitility.Awaitility;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;

/** How the errors of a connection and of its provider are met. */
final class ConnectionErrors {
  private static final int CALLS_OF_ONE_CONNECTION = 256;

  private final ProxyFixture proxy;

  private final JumpingClock clock;

  private ConnectionErrors(ProxyFixture proxy, JumpingClock clock) {
    this.proxy = proxy;
    this.clock = clock;
  }

  static void addTo(ErrorCases cases, ProxyFixture proxy, JumpingClock clock) {
    ConnectionErrors errors = new ConnectionErrors(proxy, clock);
    cases.problem(ErrorCode.REAUTH_REQUIRED, errors::invalidGrant).problem(ErrorCode.REFRESH_BACKOFF, errors::providerFails)
        .problem(ErrorCode.DISCONNECTED, errors::disconnected).problem(ErrorCode.CONNECTION_BUSY, errors::tooManyAtATime)
        .problem(ErrorCode.PROVIDER_UNREACHABLE, errors::nobodyListens)
        .problem(ErrorCode.PROVIDER_TIMEOUT, errors::slowProvider).problem(ErrorCode.ADDRESS_REFUSED, errors::inwardAddress)
        .problem(ErrorCode.CREDENTIAL_ECHOED, errors::echo).problem(ErrorCode.PROVIDER_RATE_LIMITED, errors::heldCall)
        .problem(ErrorCode.TOKEN_ORIGIN_CHANGED, errors::movedTokenEndpoint).problem(ErrorCode.CONFLICT, errors::noRefresh)
        .problem(ErrorCode.REQUEST_TIMEOUT, errors::bodyThatStops).problem(ErrorCode.OVERLOADED, errors::tooManyWait);
  }

  private String expired(String person) {
    String connection = proxy.connectUser(person);
    clock.advance(ProofDeployment.PAST_EXPIRY);
    return connection;
  }

  private Met invalidGrant() {
    String connection = expired("revoked-user");
    proxy.provider().script().always(Call.REFRESH, oauthError("invalid_grant"));
    try {
      return Met.of(proxy.application().accessToken(connection));
    } finally {
      proxy.provider().script().clear();
    }
  }

  private Met providerFails() {
    String connection = expired("unlucky-user");
    proxy.provider().script().always(Call.REFRESH, retryAfter(503, Duration.ofSeconds(30)));
    try {
      proxy.application().accessToken(connection).expect(502); // whoever asked first was told what the provider did
      return Met.of(proxy.application().accessToken(connection));
    } finally {
      proxy.provider().script().clear();
    }
  }

  private Met disconnected() {
    String connection = proxy.connectUser("leaving-user");
    proxy.application().send("DELETE", "/v1/connections/" + connection);
    return Met.of(proxy.application().accessToken(connection));
  }

  private Met tooManyAtATime() {
    String connection = proxy.connectUser("busy-user");
    proxy.application().proxied(connection, "/me").expect(200);
    Gate provider = Gate.closed();
    proxy.provider().script().always(Call.API, heldBy(provider));
    List<CompletableFuture<ContractAnswer>> calls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < CALLS_OF_ONE_CONNECTION + 20; i++) {
          calls.add(CompletableFuture.supplyAsync(() -> proxy.application().proxied(connection, "/me"), threads));
        }
        return Met.of((ContractAnswer) CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new)).join());
      } finally {
        provider.open();
        proxy.provider().script().clear();
        calls.forEach(CompletableFuture::join);
      }
    }
  }

  private Met nobodyListens() {
    String connection = proxy.connectUser("cut-off-user");
    proxy.provider().refuseConnections();
    try {
      return Met.of(proxy.application().proxied(connection, "/me"));
    } finally {
      proxy.provider().acceptConnections();
    }
  }

  private Met slowProvider() {
    String connection = connectWithKey("impatient");
    Gate provider = Gate.closed();
    proxy.provider().script().next(Call.API, heldBy(provider));
    try {
      return Met.of(proxy.application().proxied(connection, "/me"));
    } finally {
      provider.open();
    }
  }

  private Met inwardAddress() {
    String connection = proxy.flow("inward-user").connectWithKey("inward", "an-api-key-long-enough");
    return Met.of(proxy.application().proxied(connection, "/me"));
  }

  private Met heldCall() {
    String connection = proxy.connectUser("limited-user");
    proxy.provider().script().always(Call.API, retryAfter(429, Duration.ofSeconds(30)));
    try {
      proxy.application().proxied(connection, "/limited").expect(429); // the provider's own word
      return Met.of(proxy.application().proxied(connection, "/limited"));
    } finally {
      proxy.provider().script().clear();
    }
  }

  private Met echo() {
    String connection = proxy.connectUser("echoed-user");
    String sent = proxy.application().accessToken(connection).expect(200).json().path("access_token").asText();
    return Met.of(proxy.application().proxied(connection, "/status/200?header=X-Sent:" + sent));
  }

  private Met noRefresh() {
    return Met.of(proxy.application().send("POST", "/v1/connections/" + connectWithKey("impatient") + "/refresh"));
  }

  private Met bodyThatStops() {
    return Met.of(RawRequest.send(proxy.addresses().api(), "POST /v1/proxy/" + connectWithKey("impatient") + "/echo HTTP/1.1",
        "Host: x", "Authorization: " + proxy.application().authorization(), "Content-Length: 100", "", "a"), true);
  }

  /** Readers of an expired access token wait for its refresh, as many as one workspace's may. */
  private Met tooManyWait() {
    String connection = expired("awaited-user");
    Gate provider = Gate.closed();
    proxy.provider().script().next(Call.REFRESH, heldBy(provider));
    List<CompletableFuture<ContractAnswer>> readers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i <= EveryErrorTest.WAITING_CALLS; i++) {
          readers.add(CompletableFuture.supplyAsync(() -> proxy.application().accessToken(connection), threads));
        }
        return Met.of((ContractAnswer) CompletableFuture.anyOf(readers.toArray(CompletableFuture[]::new)).join());
      } finally {
        provider.open();
        readers.forEach(CompletableFuture::join);
      }
    }
  }

  private String connectWithKey(String integration) {
    String apiKey = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    return proxy.flow(integration + "-user").connectWithKey(integration, apiKey);
  }

  /** The client secret was set for another token endpoint than the configuration now names. */
  private Met movedTokenEndpoint() {
    ConnectFlow flow = proxy.flow("moved-user");
    flow.begin("sandbox-strict");
    flow.authorize();
    Behind.execute(proxy, Store.CLIENT_SECRETS,
        "update client_secret set token_origin = 'https://elsewhere.example/?was=' || token_origin");
    try {
      awaitMoved(true);
      return Met.of(flow.finish());
    } finally {
      Behind.execute(proxy, Store.CLIENT_SECRETS, "update client_secret set token_origin = split_part(token_origin, '?was=', 2)");
      awaitMoved(false);
    }
  }

  /** The proxy hears of a changed row a moment later. */
  private void awaitMoved(boolean moved) {
    Awaitility.await().atMost(Duration.ofSeconds(20))
        .until(() -> proxy.application().send("GET", "/v1/integrations/sandbox-strict").expect(200).json()
            .at("/client_secret/token_origin_changed").asBoolean() == moved);
  }
}
