package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** Everybody at once: eight replicas with pools, caches and flights of their own on one PostgreSQL. */
@Tag("S54")
class StormTest {
  private static final FaultLedger LEDGER = FaultLedger.of(StormTest.class);
  private static final int REPLICAS = 8;
  private static final int CALLERS = 1000;

  @ParameterizedTest
  @EnumSource
  void thousandCallersOnEightReplicasCauseOneCall(Rotation rotation) throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        Stage stage = new Stage(Scene.of(rotation), stores);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ConnectionId connection = stage.connect("popular");
      List<Replica> replicas = new ArrayList<>(List.of(stage.one()));
      while (replicas.size() < REPLICAS) {
        replicas.add(stage.replica());
      }
      stage.clock.advance(Duration.ofHours(2));
      CountDownLatch ready = new CountDownLatch(CALLERS);
      List<Future<Long>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        Replica replica = replicas.get(i % REPLICAS);
        callers.add(threads.submit(() -> {
          ready.countDown();
          ready.await();
          return generation(replica.credentials.get(stage.request(connection)));
        }));
      }
      for (Future<Long> caller : callers) {
        assertThat(caller.get()).isEqualTo(2);
      }
      assertThat(stage.server.calls(Call.REFRESH)).isEqualTo(1);
      assertThat(stage.server.mostTokenCallsInFlight()).isEqualTo(1);
      assertThat(stage.count("refresh_attempt")).isEqualTo(1);
      assertThat(stage.events(connection)).containsOnlyOnce("refresh.succeeded");
      LEDGER.write("STORM " + rotation + " " + CALLERS + " " + REPLICAS);
    }
  }

  private static long generation(FreshOutcome outcome) {
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      return opened.generation();
    }
  }
}
