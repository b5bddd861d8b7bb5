package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;

/**
 * Kills a proxy in a process of its own, again and again, while it connects, refreshes and disconnects. With rotation {@code none} no
 * connection that was reported finished is lost, and the audit log stays whole.
 */
@Tag("S54")
class KillFaultTest {
  private static final int KILLS = Integer.getInteger("authpipe.kills", 12);
  private static final Duration BUDGET = Duration.ofSeconds(75);
  private static final int BUSY = 6;

  private final long seed = Long.getLong("authpipe.seed", System.nanoTime());
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private final Set<String> disconnecting = ConcurrentHashMap.newKeySet();
  private int people;

  @Test
  void aKilledProxyLosesNoConnectionThatItReported() throws Exception {
    Instant started = Instant.now();
    ConcealedText clientSecret = ConcealedText.of("sbx_secret_" + ConnectFlow.random());
    try (ProofDeployment deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(), clientSecret,
        "",
        UnaryOperator.identity(), ProofDeployment.Extras.NONE)) {
      Path settings = deployment.settings();
      ApiKeyFactory keys = new ApiKeyFactory(settings);
      ProxyProcess proxy = ProxyProcess.start(settings, deployment.standIns());
      try {
        String apiKey = keys.create(ProofDeployment.OWN, ApiKeyFactory.ALL_SCOPES, Stream.empty());
        ContractClient application = new ContractClient(proxy.addresses().api(), apiKey);
        deployment.register(ProofDeployment.OWN, application.send("GET", "/v1/integrations").expect(200).json().path("data"),
            proxy.addresses().connect());
        for (int i = 0; i < 4; i++) {
          reported.add(connect(application, proxy.addresses()));
        }
        int kills = 0;
        while (kills < KILLS && Duration.between(started, Instant.now()).compareTo(BUDGET) < 0) {
          kill(proxy, application);
          kills++;
          proxy = ProxyProcess.start(settings, deployment.standIns());
          assertNothingLost(application, kills);
        }
        assertThat(kills).as("kills within the time").isGreaterThan(4);
        assertThat(AuditTreeCheck.check(deployment.stores().superuser(Store.VAULT))).isPositive();
        assertThat(AuditTreeCheck.check(deployment.stores().superuser(Store.CLIENT_SECRETS))).isPositive();
      } finally {
        proxy.close();
      }
    }
  }

  private String connect(ContractClient application, ProxyAddresses at) {
    try (ConnectFlow flow = new ConnectFlow(application, at.connect(), "user-" + people++)) {
      return flow.connect("sandbox");
    }
  }

  /** Makes the proxy busy, and kills it at a moment that the seed chooses. */
  private void kill(ProxyProcess proxy, ContractClient application) throws InterruptedException {
    List<Runnable> work = new ArrayList<>();
    List<String> live = List.copyOf(reported);
    for (int i = 0; i < BUSY; i++) {
      switch (random.nextInt(5)) {
        case 0 -> disconnect(application, live.get(random.nextInt(live.size())), work);
        case 1, 2 -> {
          String connection = live.get(random.nextInt(live.size()));
          work.add(() -> application.send("POST", "/v1/connections/" + connection + "/refresh"));
        }
        default -> finishing(application, proxy.addresses(), work);
      }
    }
    CountDownLatch dead = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Runnable one : work) {
        Executor later = CompletableFuture.delayedExecutor(random.nextInt(60), TimeUnit.MILLISECONDS, threads);
        later.execute(() -> unlessKilled(one));
      }
      CompletableFuture.delayedExecutor(random.nextInt(120), TimeUnit.MILLISECONDS, threads).execute(() -> {
        proxy.kill();
        dead.countDown();
      });
      assertThat(dead.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void disconnect(ContractClient application, String connection, List<Runnable> work) {
    if (reported.size() - disconnecting.size() > 2 && disconnecting.add(connection)) {
      work.add(() -> application.send("DELETE", "/v1/connections/" + connection));
    }
  }

  /** A flow whose finish is still to come. */
  private void finishing(ContractClient application, ProxyAddresses at, List<Runnable> work) {
    ConnectFlow flow = new ConnectFlow(application, at.connect(), "user-" + people++);
    flow.begin("sandbox");
    flow.authorize();
    work.add(() -> {
      try (flow) {
        ContractAnswer answer = flow.finish();
        if (answer.status() == 200) {
          reported.add(answer.json().at("/connection/id").asText());
        }
      }
    });
  }

  private static void unlessKilled(Runnable work) {
    try {
      work.run();
    } catch (java.io.UncheckedIOException killed) {
      return;
    }
  }

  private void assertNothingLost(ContractClient application, int kills) {
    for (String connection : reported) {
      ContractAnswer answer = application.accessToken(connection);
      boolean gone = disconnecting.contains(connection) && answer.code().equals("disconnected");
      assertThat(answer.status() == 200 || gone).as("after kill %d with seed %d (%s): %s", kills, seed, connection, answer)
          .isTrue();
    }
  }

}
