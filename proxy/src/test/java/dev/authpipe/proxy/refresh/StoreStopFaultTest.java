package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** A PostgreSQL server that is really stopped while providers answer, and started again when everybody has lost patience. */
@Tag("long")
@Tag("S54")
class StoreStopFaultTest {
  private static final FaultLedger LEDGER = FaultLedger.of(StoreStopFaultTest.class);

  @TempDir
  private Path directory;

  private record Play(Rotation rotation, Stage stage, Replica replica, ConnectionId connection,
      CompletableFuture<FreshOutcome> reader) {}

  @Test
  void answersThatCameWhileItWasDownAreInForceWhenItIsBack() {
    try (EmbeddedDatabases server = EmbeddedDatabases.start()) {
      List<Play> plays = new ArrayList<>();
      Gate gate = Gate.closed();
      for (Rotation rotation : Rotation.values()) {
        plays.add(begun(rotation, new Stage(Scene.of(rotation), server.create()), gate));
      }
      gate.awaitArrivals(plays.size());
      server.stop();
      gate.open();
      plays.forEach(play -> assertThat(play.reader().join()).as("its patience is over")
          .isEqualTo(new FreshOutcome.StoreUnavailable()));
      plays.forEach(play -> assertThat(play.replica().journal.journal().unsettled()).isEqualTo(1));
      server.startAgain();
      plays.forEach(StoreStopFaultTest::assertRecovered);
      plays.forEach(play -> play.stage().close());
    }
  }

  private Play begun(Rotation rotation, Stage stage, Gate gate) {
    ConnectionId connection = stage.connect("ada");
    Replica hasty = stage.replica(Ticker.systemTicker(), hasty(), directory.resolve(rotation.name()));
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    return new Play(rotation, stage, hasty, connection, CompletableFuture.supplyAsync(
        () -> hasty.credentials.get(stage.request(connection)), Thread::startVirtualThread));
  }

  private static RefreshSettings hasty() {
    RefreshSettings usual = RefreshSettings.usual();
    return new RefreshSettings(usual.lease(), usual.pauseLimit(), usual.backoffLeast(), usual.backoffMost(),
        usual.retryAfterMost(), usual.budget(), Duration.ofMillis(1), usual.invalidTokenPause(), usual.callsPerSecond(),
        usual.callsAtOnce(), usual.turnLimit(), usual.breakerFailures(), usual.breakerLeast(), usual.breakerMost(),
        usual.flightsMost(), usual.flightLimit(), usual.pollEvery(), usual.attemptsKept());
  }

  private static void assertRecovered(Play play) {
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      play.replica().journal.pass();
      return play.replica().journal.journal().unsettled() == 0;
    });
    assertThat(play.stage().server.calls(Call.REFRESH)).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      FreshOutcome outcome = play.replica().credentials.get(play.stage().request(play.connection()));
      assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
      try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
        assertThat(opened.generation()).isEqualTo(2 + i);
        assertThat(play.stage().statusAtProvider(opened.accessToken())).isEqualTo(200);
      }
      play.stage().clock.advance(Duration.ofHours(2));
    }
    LEDGER.kept(Fault.STORE_STOPPED, play.rotation());
  }
}
