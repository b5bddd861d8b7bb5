package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/**
 * Kills a proxy in a process of its own (SIGKILL) at chosen moments and at random ones. With rotation {@code none} no connection that was
 * reported finished is lost: after a restart its access token is read, its refresh works and the provider's API takes the result.
 */
@Tag("S54")
class KillFaultTest {
  private static final int RANDOM_KILLS = Integer.getInteger("authpipe.kills", 2);
  private static final int BUSY = 6;
  private static final long SEED = Long.getLong("authpipe.seed", System.nanoTime());
  private static final RandomGenerator RANDOM = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();
  private static final Set<String> DISCONNECTING = ConcurrentHashMap.newKeySet();
  private static StoreRelay relay;
  private static ProofDeployment deployment;
  private static Path settings;
  private static ProxyProcess proxy;
  private static ContractClient application;
  private static ExecutorService threads;
  private static int people;

  @BeforeAll
  static void start() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    relay = StoreRelay.to(EmbeddedDatabases.shared().port());
    deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", relay::through, ProofDeployment.Extras.NONE);
    settings = deployment.settings();
    proxy = ProxyProcess.start(settings, deployment.standIns());
    String apiKey = new ApiKeyFactory(settings).create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty());
    application = new ContractClient(proxy.addresses().api(), apiKey);
    deployment.register(ProofDeployment.OWN, application.send("GET", "/v1/integrations").expect(200).json().path("data"),
        proxy.addresses().connect());
    for (int i = 0; i < 4; i++) {
      connected();
    }
  }

  @AfterAll
  static void stop() {
    proxy.close();
    deployment.close();
    relay.close();
    threads.shutdownNow();
  }

  @Test
  void killedAtEveryStepOfARefreshADisconnectAndAFinishNothingIsLost() {
    List<String> refreshing = Stream.generate(KillFaultTest::connected).limit(5).toList();
    String blocking = connected();
    ScriptedAuthorizationServer provider = deployment.provider();
    provider.consentsNext(provider.accounts().get(1)); // an account of its own, so that it is revoked
    String revoking = connected();
    DISCONNECTING.addAll(Set.of(blocking, revoking));
    Gate answers = Gate.closed();
    List<CompletableFuture<Void>> work = new ArrayList<>();
    try (ConnectFlow uncommitted = begun(); ConnectFlow held = begun()) {
      provider.forgetObservations();
      work.add(stalled("insert into refresh_lease", refresh(refreshing.get(0))));
      work.add(stalled("insert into refresh_attempt", refresh(refreshing.get(1))));
      assertThat(provider.calls(Call.REFRESH)).as("calls before an intent").isZero();
      work.add(stalled("update credential set generation", refresh(refreshing.get(2))));
      work.add(stalled("update connection set status", disconnect(blocking)));
      work.add(stalled("insert into connection", uncommitted::finish));
      provider.script().next(Call.REFRESH, heldBy(answers), answerHeldBy(answers)).next(Call.REVOKE, answerHeldBy(answers))
          .next(Call.EXCHANGE, answerHeldBy(answers));
      work.add(during(refresh(refreshing.get(3))));
      work.add(during(refresh(refreshing.get(4))));
      work.add(during(disconnect(revoking)));
      work.add(during(held::finish));
      answers.awaitArrivals(4);
      restartAfterKill();
      answers.open();
      work.forEach(CompletableFuture::join);
      assertNothingLost("every step");
      refreshing.forEach(KillFaultTest::assertLives);
      Stream.of(blocking, revoking).forEach(KillFaultTest::assertEnded);
      assertLives(uncommitted.finish().expect(200).json().at("/connection/id").asText()); // the journal had the answer
      assertInterrupted(held);
      connected(); // the end user can start anew
    }
  }

  @Test
  void killedAtRandomMomentsNothingIsLostAndTheAuditLogStaysWhole() {
    for (int i = 1; i <= RANDOM_KILLS; i++) {
      List<CompletableFuture<Void>> work = new ArrayList<>();
      List<String> live = REPORTED.stream().filter(one -> !DISCONNECTING.contains(one)).toList();
      for (Runnable one : busy(live)) {
        work.add(CompletableFuture.runAsync(() -> unlessKilled(one),
            CompletableFuture.delayedExecutor(RANDOM.nextInt(60), TimeUnit.MILLISECONDS, threads)));
      }
      CompletableFuture.runAsync(proxy::kill,
          CompletableFuture.delayedExecutor(RANDOM.nextInt(120), TimeUnit.MILLISECONDS, threads)).join();
      restartAfterKill();
      work.forEach(CompletableFuture::join);
      assertNothingLost("random kill " + i);
    }
    REPORTED.stream().filter(one -> !DISCONNECTING.contains(one)).forEach(KillFaultTest::assertLives);
    assertThat(AuditTreeCheck.check(deployment.stores().superuser(Store.VAULT))).isPositive();
    assertThat(AuditTreeCheck.check(deployment.stores().superuser(Store.CLIENT_SECRETS))).isPositive();
  }

  private static List<Runnable> busy(List<String> live) {
    List<Runnable> work = new ArrayList<>();
    for (int i = 0; i < BUSY; i++) {
      String connection = live.get(RANDOM.nextInt(live.size()));
      switch (RANDOM.nextInt(5)) {
        case 0 -> {
          if (REPORTED.size() - DISCONNECTING.size() > 2 && DISCONNECTING.add(connection)) {
            work.add(disconnect(connection));
          }
        }
        case 1, 2 -> work.add(refresh(connection));
        default -> {
          ConnectFlow flow = begun();
          work.add(() -> {
            try (flow) {
              ContractAnswer answer = flow.finish();
              if (answer.status() == 200) {
                REPORTED.add(answer.json().at("/connection/id").asText());
              }
            }
          });
        }
      }
    }
    return work;
  }

  private static String connected() {
    try (ConnectFlow flow = person()) {
      String connection = flow.connect("sandbox");
      REPORTED.add(connection);
      return connection;
    }
  }

  /** A flow whose finish is still to come. */
  private static ConnectFlow begun() {
    ConnectFlow flow = person();
    flow.begin("sandbox");
    flow.authorize();
    return flow;
  }

  private static ConnectFlow person() {
    return new ConnectFlow(application, proxy.addresses().connect(), "user-" + people++);
  }

  private static Runnable refresh(String connection) {
    return () -> application.send("POST", "/v1/connections/" + connection + "/refresh");
  }

  private static Runnable disconnect(String connection) {
    return () -> application.send("DELETE", "/v1/connections/" + connection);
  }

  /** Begins the work and returns when this statement of it has left the proxy and reached no store. */
  private static CompletableFuture<Void> stalled(String statement, Runnable work) {
    relay.stallAt(statement);
    CompletableFuture<Void> begun = during(work);
    relay.awaitStalled();
    return begun;
  }

  private static CompletableFuture<Void> during(Runnable work) {
    return CompletableFuture.runAsync(() -> unlessKilled(work), threads);
  }

  private static void unlessKilled(Runnable work) {
    try {
      work.run();
    } catch (java.io.UncheckedIOException killed) {
      return;
    }
  }

  /** What the killed process had not got through to the store dies with it; leases and exchanges of the dead are as old as they would get. */
  private static void restartAfterKill() {
    proxy.kill();
    relay.lose();
    Behind.execute(deployment, Store.VAULT, "update refresh_lease set lease_until = now() where lease_until > now()");
    Behind.execute(deployment, Store.VAULT, "update connect_attempt set sent_at = sent_at - interval '10 minutes'");
    proxy = ProxyProcess.start(settings, deployment.standIns());
  }

  private static void assertNothingLost(String moment) {
    for (String connection : REPORTED) {
      ContractAnswer answer = application.accessToken(connection);
      boolean gone = DISCONNECTING.contains(connection) && answer.code().equals("disconnected");
      assertThat(answer.status() == 200 || gone).as("%s with seed %d (%s): %s", moment, SEED, connection, answer).isTrue();
    }
  }

  /** Not only is an old access token still there: the refresh token works, and what it brings is good at the provider. */
  private static void assertLives(String connection) {
    assertThat(application.send("POST", "/v1/connections/" + connection + "/refresh").toString()).as("seed %d", SEED)
        .isEqualTo("200");
    application.proxied(connection, "/me").expect(200);
  }

  /** A disconnect that was cut off can be repeated, and then it is one. */
  private static void assertEnded(String connection) {
    application.send("DELETE", "/v1/connections/" + connection).expect(200);
    assertThat(application.accessToken(connection).code()).isEqualTo("disconnected");
  }

  /** Nobody knows what became of the code, so it is not sent again. */
  private static void assertInterrupted(ConnectFlow flow) {
    int exchanges = deployment.provider().calls(Call.EXCHANGE);
    assertThat(flow.finish().code()).isEqualTo("provider_timeout");
    assertThat(application.send("GET", "/v1/connect-sessions/" + flow.sessionId()).expect(200).json().path("status").asText())
        .isEqualTo("failed");
    assertThat(deployment.provider().calls(Call.EXCHANGE)).isEqualTo(exchanges);
  }
}
