package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.retire.DisconnectOutcome;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RevocationReach;
import dev.authpipe.wire.ConnectionId;

/**
 * Refreshes on one replica against disconnects on another, at the same moment. The provider revokes one token at a time, so each token that came
 * too late must be found and revoked by itself. {@code -Dauthpipe.races=10000} for more of them, {@code -Dauthpipe.seed} for others.
 */
@Tag("S50")
@Tag("S54")
class DisconnectRaceTest {
  private static final int RACES = Integer.getInteger("authpipe.races", 120);
  private static final long SEED = Long.getLong("authpipe.seed", 20_270_301L);
  private static final int AT_ONCE = 12;
  private static final int LONGEST_HEAD_START = 12;
  private static final AuditActor CALLER = AuditActor.system("test");
  private static final FaultLedger LEDGER = FaultLedger.of(DisconnectRaceTest.class);

  private record Entrant(ConnectionId connection, int refreshWaits, int disconnectWaits) {}

  @Test
  void aRefusalThatTheDisconnectItselfCausedAsksNobodyToConnectAgain() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        Stage stage = new Stage(Scene.grace(), stores);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Replica other = stage.replica();
      ConnectionId connection = stage.connect("ada");
      Gate gate = Gate.closed();
      stage.server.script().next(Call.REFRESH, heldBy(gate));
      stage.clock.advance(Duration.ofHours(2));
      Future<FreshOutcome> refresh = threads.submit(() -> other.credentials.get(stage.request(connection)));
      gate.awaitArrivals(1);
      stage.one().retirement().disconnect(stage.workspace, connection, false, CALLER, null);
      gate.open();
      assertThat(refresh.get()).isEqualTo(new FreshOutcome.Disconnected());
      assertThat(stage.events(connection)).contains("connection.disconnected").doesNotContain("refresh.reauthorization_required");
    }
  }

  @Test
  void anAnswerThatComesAfterTheDisconnectIsRevoked() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        Stage stage = new Stage(Scene.grace(), stores);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      stage.provider.revocationReach(RevocationReach.TOKEN);
      Replica other = stage.replica();
      ConnectionId connection = stage.connect("ada");
      Gate gate = Gate.closed();
      stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
      stage.clock.advance(Duration.ofHours(2));
      Future<FreshOutcome> refresh = threads.submit(() -> other.credentials.get(stage.request(connection)));
      gate.awaitArrivals(1);
      stage.one().retirement().disconnect(stage.workspace, connection, false, CALLER, null);
      gate.open();
      assertThat(refresh.get()).isEqualTo(new FreshOutcome.Disconnected());
      nothingIsAlive(stage);
      assertThat(stage.count("revocation where reason = 'late_answer' and state = 'confirmed'")).isEqualTo(1);
    }
  }

  @Test
  @Tag("long")
  void noTokenIsLeftAliveAtTheProviderWhoeverComesFirst() throws Exception {
    Random random = new Random(SEED);
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        Stage stage = new Stage(Scene.grace(), stores);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      stage.provider.revocationReach(RevocationReach.TOKEN);
      Replica other = stage.replica();
      int fresh = 0;
      int refused = 0;
      for (int done = 0; done < RACES; done += AT_ONCE) {
        List<Future<FreshOutcome>> refreshes = new ArrayList<>();
        List<Future<DisconnectOutcome>> disconnects = new ArrayList<>();
        for (Entrant one : entrants(stage, done, random)) {
          CyclicBarrier start = new CyclicBarrier(2);
          refreshes.add(threads.submit(() -> {
            start.await();
            dawdle(stage, one.refreshWaits);
            return other.credentials.get(stage.request(one.connection));
          }));
          disconnects.add(threads.submit(() -> {
            start.await();
            dawdle(stage, one.disconnectWaits);
            return stage.one().retirement().disconnect(stage.workspace, one.connection, false, CALLER, null);
          }));
        }
        for (Future<FreshOutcome> refresh : refreshes) {
          switch (refresh.get()) {
            case FreshOutcome.Fresh(var opened) -> {
              opened.close();
              fresh++;
            }
            case FreshOutcome.Disconnected() -> refused++;
            case FreshOutcome unexpected -> throw new AssertionError("seed " + SEED + ": " + unexpected);
          }
        }
        for (Future<DisconnectOutcome> disconnect : disconnects) {
          assertThat(disconnect.get()).isInstanceOf(DisconnectOutcome.Disconnected.class);
        }
        nothingIsAlive(stage);
      }
      long late = stage.count("revocation where reason = 'late_answer'");
      assertThat(stage.count("credential where sealed is not null")).isZero();
      assertThat(stage.count("credential_candidate")).isZero();
      assertThat(stage.count("revocation where sealed is not null")).isZero();
      assertThat(stage.count("connection where status = 'active'")).isZero();
      assertThat(fresh + refused).isEqualTo(RACES);
      LEDGER.write("RACES " + RACES + " " + fresh + " " + refused + " " + late);
    }
  }

  /**
   * A reader is told of the disconnect at once; the refresh that it waited for may still be under way. The refresh token that was used lives on for
   * the provider's grace, in nobody's hands: that much time passes first, and less than an access token's life.
   */
  private static void nothingIsAlive(Stage stage) {
    await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
        .until(
            () -> stage.count("refresh_attempt where state = 'SENT'") + stage.count("revocation where state = 'pending'") == 0);
    stage.clock.advance(Duration.ofMinutes(11));
    assertThat(stage.server.liveTokens().all()).as("seed %d: live tokens at the provider", SEED).isEmpty();
  }

  /** Connections of an account each, so that none keeps another's grant alive; their access tokens have just run out. */
  private static List<Entrant> entrants(Stage stage, int from, Random random) {
    List<Entrant> entrants = new ArrayList<>();
    for (int i = from; i < Math.min(RACES, from + AT_ONCE); i++) {
      Account account = Account.named("racer" + i, "Racer " + i);
      stage.server.addAccount(account);
      entrants.add(new Entrant(stage.connect("racer" + i, account), random.nextInt(4),
          random.nextInt(LONGEST_HEAD_START)));
    }
    stage.clock.advance(Duration.ofHours(2));
    return entrants;
  }

  /** Gives the other a head start of so many looks at the store. */
  private static void dawdle(Stage stage, int looks) {
    for (int i = 0; i < looks; i++) {
      assertThat(stage.one().retirement().backlog(stage.workspace)).isGreaterThanOrEqualTo(0);
    }
  }
}
