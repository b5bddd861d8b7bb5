package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.dropsAnswer;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.resetsConnection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** The faults of docs/refresh-proof.md that need no process to be killed, each for every way in which refresh tokens rotate. */
@Tag("long")
@Tag("S54")
class FaultMatrixTest {
  private static final AuditActor CALLER = AuditActor.system("test");
  private static final Duration EXPIRY = Duration.ofHours(2);
  private static final Duration BACKOFF = Duration.ofMinutes(6);
  private static final FaultLedger LEDGER = FaultLedger.of(FaultMatrixTest.class);
  private static final Map<Rotation, Stage> STAGES = new EnumMap<>(Rotation.class);
  private static int people;

  @SuppressWarnings("NullAway.Init") // by play, as the next three
  private Stage stage;
  @SuppressWarnings("NullAway.Init")
  private Account account;
  @SuppressWarnings("NullAway.Init")
  private ConnectionId connection;
  @SuppressWarnings("NullAway.Init")
  private Replica replica;

  private void play(Rotation rotation) {
    stage = STAGES.computeIfAbsent(rotation, FaultMatrixTest::stage);
    String name = "matrix-" + people++;
    account = Account.named(name, "Someone");
    stage.server.addAccount(account);
    connection = stage.connect(name, account);
    replica = stage.replica(Ticker.systemTicker(), withoutBreaker());
    stage.server.forgetObservations();
  }

  private static Stage stage(Rotation rotation) {
    return new Stage(Scene.of(rotation), EmbeddedDatabases.shared().create());
  }

  private static RefreshSettings withoutBreaker() {
    RefreshSettings usual = RefreshSettings.usual();
    return new RefreshSettings(usual.lease(), usual.pauseLimit(), usual.backoffLeast(), usual.backoffMost(),
        usual.retryAfterMost(), usual.budget(), usual.commitPatience(), usual.invalidTokenPause(), usual.callsPerSecond(),
        usual.callsAtOnce(), usual.turnLimit(), 1_000_000, usual.breakerLeast(), usual.breakerMost(), usual.flightsMost(),
        usual.flightLimit(), usual.pollEvery(), usual.attemptsKept());
  }

  @AfterEach
  void leave() {
    stage.server.script().clear();
    stage.kek.works();
  }

  @AfterAll
  static void drop() {
    STAGES.values().forEach(stage -> {
      stage.close();
      stage.stores.close();
    });
  }

  private int refreshes() {
    return stage.server.calls(Call.REFRESH);
  }

  private long generation() {
    return stage.count("credential k, generate_series(1, k.generation) where k.connection_id = ?", connection.value());
  }

  private String state() {
    return String.valueOf(stage.query("select state from credential where connection_id = ?", connection.value()).getFirst());
  }

  private FreshOutcome read(Replica by) {
    FreshOutcome outcome = by.credentials.get(stage.request(connection));
    outcome.close();
    return outcome;
  }

  private void assertRead(Replica by) {
    assertThat(read(by)).isInstanceOf(FreshOutcome.Fresh.class);
  }

  private CompletableFuture<FreshOutcome> readInBackground(Replica by) {
    return CompletableFuture.supplyAsync(() -> read(by), Thread::startVirtualThread);
  }

  /** What is in force works at the provider, and its refresh token once the access token has ended. */
  private void assertLives() {
    for (int i = 0; i < 2; i++) {
      FreshOutcome outcome = replica.credentials.get(stage.request(connection));
      assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
      try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
        assertThat(stage.statusAtProvider(opened.accessToken())).isEqualTo(200);
      }
      stage.clock.advance(EXPIRY);
    }
    assertThat(stage.query("select count(*) from refresh_attempt where connection_id = ? and state = 'COMMITTED' "
        + "group by base_generation", connection.value())).as("commits of each generation").containsOnly("1");
  }

  private void letPausesPass() {
    stage.letDatabaseTimePass(BACKOFF);
  }

  @ParameterizedTest
  @EnumSource
  void requestThatNeverArrivedCostsNothing(Rotation rotation) {
    play(rotation);
    stage.server.script().next(Call.REFRESH, resetsConnection());
    RefreshOutcome outcome = replica.credentials.force(stage.request(connection), CALLER);
    if (rotation == Rotation.STRICT) {
      assertThat(outcome).isEqualTo(new FreshOutcome.ProviderTimeout());
      assertRead(replica);
      assertThat(refreshes()).as("not while the access token lives").isEqualTo(1);
    } else {
      assertThat(outcome).isInstanceOf(RefreshOutcome.Refreshed.class);
    }
    stage.clock.advance(EXPIRY);
    letPausesPass();
    assertLives();
    LEDGER.kept(Fault.REQUEST_LOST, rotation);
  }

  @ParameterizedTest
  @EnumSource
  void answerThatTheNetworkDropped(Rotation rotation) {
    play(rotation);
    stage.server.script().next(Call.REFRESH, dropsAnswer());
    RefreshOutcome outcome = replica.credentials.force(stage.request(connection), CALLER);
    if (rotation != Rotation.STRICT) {
      assertThat(outcome).isInstanceOf(RefreshOutcome.Refreshed.class);
      assertThat(refreshes()).isEqualTo(2);
      assertLives();
      LEDGER.kept(Fault.ANSWER_DROPPED, rotation);
      return;
    }
    stage.clock.advance(EXPIRY);
    letPausesPass();
    assertThat(read(replica)).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(refreshes()).as("tried once more").isEqualTo(2);
    LEDGER.lost(Fault.ANSWER_DROPPED, rotation);
  }

  @ParameterizedTest
  @EnumSource
  void senderThatPausedPastItsLeaseWhileAnotherReplicaSends(Rotation rotation) {
    play(rotation);
    Replica slow = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, heldBy(gate));
    stage.clock.advance(EXPIRY);
    CompletableFuture<FreshOutcome> late = readInBackground(slow);
    gate.awaitArrivals(1);
    stage.letDatabaseTimePass(Duration.ofSeconds(46));
    assertRead(replica);
    assertThat(generation()).isEqualTo(2);
    gate.open();
    assertThat(late.join()).isInstanceOf(FreshOutcome.Fresh.class);
    assertThat(generation()).as("the late answer replaces nothing").isEqualTo(2);
    if (rotation != Rotation.STRICT) {
      assertLives();
      LEDGER.kept(Fault.PAUSED, rotation);
      return;
    }
    stage.clock.advance(EXPIRY);
    assertThat(read(replica)).isEqualTo(new FreshOutcome.ReauthRequired());
    LEDGER.lost(Fault.PAUSED, rotation);
  }

  @ParameterizedTest
  @EnumSource
  void keyThatRefusesToSealTheAnswer(Rotation rotation) {
    play(rotation);
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(EXPIRY);
    CompletableFuture<FreshOutcome> reader = readInBackground(replica);
    gate.awaitArrivals(1);
    stage.kek.refuses(KekRefusedException.Reason.DISABLED);
    replica.keyTime.advance(Duration.ofMinutes(6));
    gate.open();
    FreshOutcome outcome = reader.join();
    stage.kek.works();
    replica.keyTime.advance(Duration.ofMinutes(6));
    if (rotation == Rotation.NONE) {
      assertThat(outcome).isEqualTo(new FreshOutcome.KeyUnavailable());
      letPausesPass();
      assertLives();
      LEDGER.kept(Fault.SEAL_REFUSED, rotation);
      return;
    }
    assertThat(outcome).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(stage.server.liveTokensOf(account).isEmpty()).as("what could not be kept is revoked").isTrue();
    assertThat(stage.events(connection)).containsOnlyOnce("refresh.reauthorization_required");
    LEDGER.lost(Fault.SEAL_REFUSED, rotation);
  }

  @ParameterizedTest
  @EnumSource
  void clockOfOneReplicaThatIsAnHourOff(Rotation rotation) {
    play(rotation);
    for (Duration off : new Duration[]{Duration.ofHours(1), Duration.ofHours(-1)}) {
      Replica wrong = stage.replica(off);
      for (int i = 0; i < 4; i++) {
        stage.clock.advance(Duration.ofMinutes(40));
        used(wrong);
        used(replica);
        stage.letDatabaseTimePass(Duration.ofMinutes(40));
      }
      assertThat(state()).isEqualTo("ACTIVE");
      wrong.close();
    }
    assertThat(refreshes()).as("one call for each generation").isEqualTo((int) generation() - 1);
    assertThat(stage.server.mostTokenCallsInFlight()).isEqualTo(1);
    stage.clock.advance(EXPIRY);
    assertLives();
    LEDGER.kept(Fault.CLOCK_OFF, rotation);
  }

  /** As a proxied call: what the provider does not take although it looks fresh is refreshed once. */
  private void used(Replica by) {
    FreshOutcome outcome = by.credentials.get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      if (stage.statusAtProvider(opened.accessToken()) == 401) {
        FreshOutcome again = by.credentials.afterInvalidToken(stage.request(connection), opened.generation());
        assertThat(again).isInstanceOf(FreshOutcome.Fresh.class);
        try (OpenCredential fresh = ((FreshOutcome.Fresh) again).credential()) {
          assertThat(stage.statusAtProvider(fresh.accessToken())).isEqualTo(200);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void providerThatIsAwayForThreeDaysCostsNoConnection(Rotation rotation) {
    play(rotation);
    stage.server.script().always(Call.REFRESH, answersStatus(503));
    for (int hour = 0; hour < 72; hour += 2) {
      stage.clock.advance(Duration.ofHours(2));
      stage.letDatabaseTimePass(Duration.ofHours(2));
      replica.schedule.pass();
      read(replica);
    }
    assertThat(refreshes()).isGreaterThan(30);
    assertThat(state()).isEqualTo("DEGRADED");
    stage.server.script().clear();
    letPausesPass();
    await().until(() -> read(replica) instanceof FreshOutcome.Fresh);
    assertLives();
    assertThat(stage.events(connection)).doesNotContain("refresh.reauthorization_required");
    LEDGER.kept(Fault.UNAVAILABLE, rotation);
  }

  @ParameterizedTest
  @EnumSource
  void clientThatIsRefusedForNineDaysMovesNoConnection(Rotation rotation) {
    play(rotation);
    stage.clock.advance(EXPIRY);
    stage.server.script().next(Call.REFRESH, answersStatus(503)); // the last that was heard of it before somebody changed the secret
    for (int halfDay = 0; halfDay < 18; halfDay++) {
      RenewalOutcome outcome = replica.renewal.renew(stage.workspace, connection, 1, RefreshCause.DUE, CALLER);
      assertThat(outcome).isInstanceOf(RenewalOutcome.Failed.class);
      if (halfDay == 0) {
        stage.server.script().always(Call.REFRESH, oauthError("invalid_client"));
      }
      stage.clock.advance(Duration.ofHours(12));
      stage.letDatabaseTimePass(Duration.ofHours(12));
    }
    assertThat(refreshes()).isEqualTo(18);
    assertThat(state()).isNotEqualTo("REAUTH_REQUIRED");
    stage.server.script().clear();
    assertThat(replica.renewal.renew(stage.workspace, connection, 1, RefreshCause.DUE, CALLER))
        .isEqualTo(new RenewalOutcome.Moved(2));
    assertLives();
    LEDGER.kept(Fault.CLIENT_REFUSED, rotation);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("S50")
  void disconnectThatRacesARefreshLeavesNothing(Rotation rotation) {
    play(rotation);
    Replica two = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(EXPIRY);
    CompletableFuture<FreshOutcome> late = readInBackground(two);
    gate.awaitArrivals(1);
    replica.retirement().disconnect(stage.workspace, connection, false, CALLER, null);
    gate.open();
    assertThat(late.join()).isEqualTo(new FreshOutcome.Disconnected());
    await().until(() -> stage.server.liveTokensOf(account).isEmpty());
    assertThat(stage.count("credential where connection_id = ? and sealed is not null", connection.value())).isZero();
    assertThat(stage.count("credential_candidate where connection_id = ?", connection.value())).isZero();
    assertThat(stage.query("select reason from revocation where connection_id = ? order by created_at", connection.value()))
        .containsExactly("disconnect", "late_answer");
    LEDGER.ended(Fault.DISCONNECT, rotation);
  }
}
