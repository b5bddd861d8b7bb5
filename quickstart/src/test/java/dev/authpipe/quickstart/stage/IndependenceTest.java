package dev.authpipe.quickstart.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.report.OutboxSettings;

/** The control plane stops under load: callers notice nothing, and it learns afterwards what happened meanwhile. */
class IndependenceTest {
  private static final int CALLERS = 3;
  private static final long ENOUGH = 300;

  /** Callers that read access tokens and call the provider, again and again. */
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> callers = new ArrayList<>();

    Load(Application application, List<String> connections) {
      for (int i = 0; i < CALLERS; i++) {
        String connection = connections.get(i % connections.size());
        callers.add(Thread.ofVirtual().start(() -> {
          while (!stopped.get()) {
            count("token", () -> application.accessToken(connection));
            count("call", () -> application.call(connection));
          }
        }));
      }
    }

    private void count(String what, Supplier<Application.Answer> call) {
      try {
        Application.Answer answer = call.get();
        if (answer.status() != 200) {
          errors.add(what + " " + answer.status() + " " + answer.json().path("code").asText());
        }
      } catch (RuntimeException failure) {
        errors.add(what + " " + failure);
      }
      answered.incrementAndGet();
    }

    /** Waits for that many more answers, none of which may be an error. */
    void awaitMore(long number) {
      long until = answered.get() + number;
      await().atMost(TwoPlanes.PATIENCE).until(() -> answered.get() >= until || !errors.isEmpty());
      assertThat(errors).isEmpty();
    }

    @Override
    public void close() {
      stopped.set(true);
      await().atMost(TwoPlanes.PATIENCE).until(() -> callers.stream().noneMatch(Thread::isAlive));
      assertThat(errors).isEmpty();
    }
  }

  @Test
  @Tag("S73")
  void anOutageOfTheControlPlaneChangesNothingForCallersAndNothingIsLost() throws Exception {
    try (TwoPlanes planes = TwoPlanes.ready(TwoPlanes.brisk(), new OutboxSettings(10_000, Duration.ofMillis(300)), Map.of());
        Application application = planes.application()) {
      List<String> used = List.of(application.connect("ada", "ada@example.com"), application.connect("ben", "ben@example.com"));
      Map<String, String> expected = new TreeMap<>();
      used.forEach(each -> expected.put(each, "active"));
      try (Load load = new Load(application, used)) {
        load.awaitMore(ENOUGH);
        planes.stopControlPlane();
        load.awaitMore(ENOUGH);
        changeThings(planes, application, "first", expected);
        load.awaitMore(ENOUGH);
      }
      assertThat(owed(planes)).as("reports wait").isPositive();

      planes.stopProxy();
      planes.startProxy();
      assertThat(owed(planes)).as("and outlive a restart").isPositive();
      try (Load load = new Load(application, used)) {
        load.awaitMore(ENOUGH);
        changeThings(planes, application, "second", expected);
        planes.startControlPlane();
        await().atMost(TwoPlanes.PATIENCE).untilAsserted(() -> assertThat(known(planes)).isEqualTo(expected));
        load.awaitMore(ENOUGH);
      }
      await().atMost(TwoPlanes.PATIENCE).untilAsserted(() -> {
        assertThat(planes.dataPlane().path("state").asText()).isEqualTo("online");
        assertThat(owed(planes)).isZero();
        assertThat(planes.dataPlane().path("lost").asLong()).isZero();
      });
    }
  }

  /** Connections are made, refreshed and ended while the control plane is away. */
  private static void changeThings(TwoPlanes planes, Application application, String round, Map<String, String> expected) {
    planes.passForLimits(Duration.ofMinutes(2));
    for (int i = 0; i < 3; i++) {
      String connection = application.connect(round + i, round + i + "@example.com");
      expected.put(connection, "active");
      application.refresh(connection).expect(200);
    }
    String ended = application.connect(round, round + "@example.com");
    application.send("DELETE", "/v1/connections/" + ended, null).expect(200);
    expected.put(ended, "disconnected");
  }

  private static long owed(TwoPlanes planes) {
    return Long.parseLong(planes.inVault("select count(*) from outbox"));
  }

  private static Map<String, String> known(TwoPlanes planes) {
    Map<String, String> known = new TreeMap<>();
    for (JsonNode one : planes.reads("connections?limit=100").path("data")) {
      known.put(one.path("id").asText(), one.path("status").asText());
    }
    return known;
  }
}
