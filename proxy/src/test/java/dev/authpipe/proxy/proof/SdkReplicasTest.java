package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.AccessTokenCaching;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.error.NoAnswerException;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.EndUserId;
import dev.authpipe.sdk.value.IssuedAccessToken;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;

/**
 * The client for Java before two replicas, of which one is a process of its own and killed half way: reads of access tokens do not notice,
 * and of proxied calls only those fail that were under way there.
 */
@Tag("S54")
class SdkReplicasTest {
  private static final int PEOPLE = 6;
  private static final int WORKERS = 12;
  private static final int ENOUGH = 150;

  @Test
  void killedHalfWayAReplicaCostsNoReadAndNoGrant() throws Exception {
    try (SdkStage stage = new SdkStage(ProxyFixture.with());
        ProxyProcess other = ProxyProcess.start(stage.proxy.deployment().settings(), stage.proxy.deployment().standIns())) {
      ProofDeployment deployment = stage.proxy.deployment();
      Authpipe authpipe = before(other.addresses().api(), stage.proxy.addresses().api(), stage.newKey(ProofDeployment.OWN));
      List<Connection> connections = IntStream.range(0, PEOPLE).mapToObj(n -> connected(authpipe, "person-" + n)).toList();

      Load load = new Load(authpipe, connections);
      load.awaitEnough();
      CompletableFuture<Throwable> refreshing = refreshHeldAtTheProvider(deployment, authpipe, connections.getFirst());
      other.kill();
      load.awaitEnough();
      load.end();

      assertThat(load.failed).as("reads of access tokens that failed").isEmpty();
      assertThat(load.mended.get()).as("proxied calls under way at the kill").isLessThanOrEqualTo(WORKERS);
      assertThat(refreshing.join()).as("what may have been done is not done again").isInstanceOf(NoAnswerException.class);
      for (Connection each : connections) {
        IssuedAccessToken token = authpipe.connections().accessToken(each.id(), each.endUser());
        assertThat(accepted(deployment, token)).isTrue();
      }
      assertThat(deployment.provider().calls(Call.REFRESH)).as("the one that was under way, once").isEqualTo(1);
      assertThat(authpipe.connections().refresh(connections.getLast().id()).generation()).isEqualTo(2);
      assertThat(connected(authpipe, "afterwards").credential().generation()).isEqualTo(1);
    }
  }

  /** A client that is at the first one at present. */
  private static Authpipe before(URI first, URI second, ApiKey key) {
    List<URI> asked = new ArrayList<>();
    while (true) {
      SdkCalls calls = new SdkCalls();
      Authpipe authpipe = Authpipe.at(List.of(first, second), key).transport(calls)
          .accessTokenCaching(AccessTokenCaching.usual().withMostAge(Duration.ofMillis(20))).build();
      authpipe.providers().get("sandbox");
      if (calls.wentTo(first)) {
        return authpipe;
      }
      asked.add(second);
      assertThat(asked).as("half of the clients begin with the first one").hasSizeLessThan(100);
    }
  }

  private static Connection connected(Authpipe authpipe, String person) {
    SdkVisitor user = new SdkVisitor(person);
    ConnectSession session = authpipe.connectSessions().start(user,
        ConnectRequest.returningTo(URI.create(ProofDeployment.RETURN_URL)).integration("sandbox").build());
    return authpipe.connectSessions().finish(user, session.id(), user.consents(session));
  }

  private static CompletableFuture<Throwable> refreshHeldAtTheProvider(ProofDeployment deployment, Authpipe authpipe,
      Connection connection) {
    Gate held = Gate.closed();
    deployment.provider().script().next(Call.REFRESH, heldBy(held));
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        outcome.completeExceptionally(new AssertionError("refreshed: " + authpipe.connections().refresh(connection.id())));
      } catch (RuntimeException failure) {
        outcome.complete(failure);
      }
    });
    held.awaitArrivals(1);
    return outcome;
  }

  private static boolean accepted(ProofDeployment deployment, IssuedAccessToken token) throws Exception {
    try (java.net.http.HttpClient http = java.net.http.HttpClient.newHttpClient()) {
      HttpRequest me = HttpRequest.newBuilder(URI.create(deployment.provider().apiBase() + "/me"))
          .header("Authorization", token.tokenType() + " " + token.accessToken().reveal()).build();
      HttpResponse<Void> answer = http.send(me, BodyHandlers.discarding());
      return answer.statusCode() == 200;
    }
  }

  /** Threads of an application that read access tokens and call the provider, again and again. */
  private static final class Load {
    private final Authpipe authpipe;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger mended = new AtomicInteger();
    private final Queue<Throwable> failed = new ConcurrentLinkedQueue<>();

    Load(Authpipe authpipe, List<Connection> connections) {
      this.authpipe = authpipe;
      for (int i = 0; i < WORKERS; i++) {
        Connection mine = connections.get(i % connections.size());
        threads.execute(() -> {
          while (!over.get()) {
            try {
              round(mine);
            } catch (RuntimeException | AssertionError failure) {
              failed.add(failure);
              over.set(true);
            }
          }
        });
      }
    }

    private void round(Connection mine) {
      assertThat(authpipe.accessTokens().get(mine.id(), mine.endUser()).generation()).isPositive();
      try {
        call(mine);
      } catch (NoAnswerException underWay) {
        mended.incrementAndGet();
        call(mine); // a GET: the application knows that it may
      }
      rounds.incrementAndGet();
    }

    private void call(Connection mine) {
      EndUserId owner = mine.endUser();
      try (ProviderResponse me = authpipe.providerCalls().send(mine.id(), ProviderRequest.get(owner, "/me").build())) {
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.text(10_000)).contains("login");
      }
    }

    void awaitEnough() {
      int before = rounds.get();
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> over.get() || rounds.get() >= before + ENOUGH);
    }

    void end() {
      over.set(true);
      threads.close();
    }
  }
}
