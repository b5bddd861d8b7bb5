package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.EndUser;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IntegrationName;
import dev.authpipe.sdk.value.NewConnection;
import dev.authpipe.sdk.value.NewCredential;
import dev.authpipe.sdk.value.ProvidedSecret;

/** A real proxy with the client for Java before it, and what tests of the client do again and again. */
final class SdkStage implements AutoCloseable {
  final ProxyFixture proxy;
  final SdkCalls calls = new SdkCalls();
  final Authpipe authpipe;
  private final AtomicInteger tests = new AtomicInteger();

  SdkStage(ProxyFixture.Options options) {
    this.proxy = options.start();
    this.authpipe = client(ProofDeployment.OWN);
  }

  /** One with an API key of its own, which can do everything in a workspace. */
  Authpipe client(String workspace) {
    return Authpipe.at(proxy.addresses().api(), newKey(workspace)).transport(calls).build();
  }

  ApiKey newKey(String workspace) {
    return new ApiKey(proxy.apiKeys().create(workspace, ApiKeyFactory.ALL_SCOPES, Stream.empty()));
  }

  static ConnectRequest.Builder request(String integration) {
    return ConnectRequest.returningTo(URI.create(ProofDeployment.RETURN_URL)).integration(integration);
  }

  /** Somebody's new connection. */
  Connection connected(SdkVisitor user, ConnectRequest.Builder request) {
    ConnectSession session = authpipe.connectSessions().start(user, request.build());
    return authpipe.connectSessions().finish(user, session.id(), user.consents(session));
  }

  Connection connected(String person) {
    return connected(new SdkVisitor(person), request("sandbox"));
  }

  /** Somebody's API key, not imported yet. */
  NewConnection keyed(String person) {
    return NewConnection.of(new IntegrationName("sandbox-key"), EndUser.of(new EndUserId(person)), key());
  }

  /** One that the provider takes. */
  NewCredential key() {
    String apiKey = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    return new NewCredential.Key(new ProvidedSecret(apiKey), Instant.now().plus(Duration.ofDays(10)));
  }

  /** One more test of the class is over. */
  void count() {
    tests.incrementAndGet();
  }

  /** Ends, and where all tests of the class ran, demands that every operation of these paths was carried out, but for those that cannot be. */
  void close(Class<?> type, Predicate<String> ofPath, String... cannotBe) {
    close();
    long all = Arrays.stream(type.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Test.class)).count();
    if (tests.get() == all) {
      assertThat(calls.operationsNotMade(ofPath)).as("operations never carried out").containsExactlyInAnyOrder(cannotBe);
    }
  }

  @Override
  public void close() {
    proxy.close();
  }
}
