package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.dropsAnswer;
import static dev.authpipe.testkit.sandbox.Behaviours.expiresIn;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.retryAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RevocationReach;
import dev.authpipe.wire.ConnectionId;

/** The refresh protocol against a real provider, real PostgreSQL and several replicas. */
@Tag("S54")
class RefreshFlowTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final AuditActor CALLER = AuditActor.system("test");
  private Stage stage = new Stage(Scene.none(), STORES);

  static Stream<Scene> scenes() {
    return Stream.of(Scene.none(), Scene.grace(), Scene.strict());
  }

  private void play(Scene scene) {
    if (!scene.equals(Scene.none())) {
      stage.close();
      stage = new Stage(scene, STORES);
    }
  }

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    stage.close();
  }

  private static long generation(@Nullable FreshOutcome outcome) {
    if (!(outcome instanceof FreshOutcome.Fresh(OpenCredential fresh))) {
      throw new AssertionError("not fresh: " + outcome);
    }
    try (OpenCredential opened = fresh) {
      return opened.generation();
    }
  }

  private int refreshes() {
    return stage.server.calls(Call.REFRESH);
  }

  private CredentialState state(ConnectionId connection) {
    return row(connection).state();
  }

  private CredentialRow row(ConnectionId connection) {
    return stage.one().database.inWorkspace(stage.workspace, tx -> stage.one().vault.row(tx, connection)).orElseThrow();
  }

  private CompletableFuture<FreshOutcome> inBackground(Supplier<FreshOutcome> work) {
    CompletableFuture<FreshOutcome> result = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> {
      try {
        result.complete(work.get());
      } catch (RuntimeException failure) {
        result.completeExceptionally(failure);
      }
    });
    return result;
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void twoHundredReadersOnTwoReplicasCauseOneCall(Scene scene) throws Exception {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    Replica two = stage.replica();
    stage.clock.advance(Duration.ofHours(2));
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Long>> readers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        FreshCredentials credentials = i % 2 == 0 ? stage.one().credentials : two.credentials;
        readers.add(threads.submit(() -> {
          start.await();
          return generation(credentials.get(stage.request(connection)));
        }));
      }
      start.countDown();
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).isEqualTo(2);
      }
    }
    assertThat(refreshes()).isEqualTo(1);
    assertThat(stage.server.mostTokenCallsInFlight()).isEqualTo(1);
    assertThat(stage.count("refresh_attempt")).isEqualTo(1);
    assertThat(stage.events(connection)).containsOnlyOnce("refresh.succeeded");
  }

  @Test
  @Tag("S54")
  void whoGetsTheLeaseAfterARenewalCallsNobody() {
    ConnectionId connection = stage.connect("ada");
    Replica two = stage.replica();
    stage.clock.advance(Duration.ofHours(2));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    assertThat(two.renewal.renew(stage.workspace, connection, 1, RefreshCause.DUE, CALLER)).as("asked because of generation 1")
        .isEqualTo(new RenewalOutcome.Moved(2));
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void freshTokenCostsNoCallAndOnceWarmNoSql() {
    ConnectionId connection = stage.connect("ada");
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(1);
    await().until(() -> stage.one().credentials.warm(stage.request(connection)) != null);
    long before = stage.one().database.transactions();
    assertThat(generation(stage.one().credentials.warm(stage.request(connection)))).isEqualTo(1);
    assertThat(stage.one().database.transactions()).isEqualTo(before);
    assertThat(refreshes()).isZero();
  }

  @Test
  void insideTheSoftWindowNobodyWaits() {
    ConnectionId connection = stage.connect("ada");
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, heldBy(gate));
    stage.clock.advance(Duration.ofMinutes(57));
    for (int i = 0; i < 50; i++) {
      assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(1);
    }
    gate.awaitArrivals(1);
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(1);
    gate.open();
    await().until(() -> generation(stage.one().credentials.get(stage.request(connection))) == 2);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void refreshThatEndsTheCurrentTokenIsNotMadeAhead() {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    stage.clock.advance(Duration.ofMinutes(57));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(1);
    assertThat(refreshes()).isZero();
    stage.clock.advance(Duration.ofMinutes(2).plusSeconds(45));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
  }

  @Test
  void minTtlIsWaitedFor() {
    ConnectionId connection = stage.connect("ada");
    stage.clock.advance(Duration.ofMinutes(40));
    CredentialRequest demanding = new CredentialRequest(stage.workspace, connection, Duration.ofMinutes(30),
        Duration.ofSeconds(30));
    assertThat(generation(stage.one().credentials.get(demanding))).isEqualTo(2);
  }

  @Test
  void callerWhoCannotWaitIsToldAndTheAnswerIsKept() {
    ConnectionId connection = stage.connect("ada");
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CredentialRequest hasty = new CredentialRequest(stage.workspace, connection, Duration.ZERO, Duration.ofMillis(200));
    assertThat(stage.one().credentials.get(hasty)).isEqualTo(new FreshOutcome.ProviderTimeout());
    gate.open();
    await().until(() -> row(connection).generation() == 2);
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void refreshTokenSurvivesManyRefreshes(Scene scene) {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    for (int i = 2; i < 6; i++) {
      stage.clock.advance(Duration.ofHours(2));
      FreshOutcome outcome = stage.one().credentials.get(stage.request(connection));
      try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
        assertThat(opened.generation()).isEqualTo(i);
        assertThat(stage.statusAtProvider(opened.accessToken())).isEqualTo(200);
      }
    }
    assertThat(refreshes()).isEqualTo(4);
  }

  @Test
  void droppedAnswerIsRepeatedAtOnceWhereTheTokenIsStable() {
    ConnectionId connection = stage.connect("ada");
    stage.server.script().next(Call.REFRESH, dropsAnswer());
    stage.clock.advance(Duration.ofHours(2));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(2);
    assertThat(state(connection)).isEqualTo(CredentialState.ACTIVE);
  }

  @Test
  void droppedAnswerIsRepeatedWithinTheGraceWindow() {
    play(Scene.grace());
    ConnectionId connection = stage.connect("ada");
    stage.server.script().next(Call.REFRESH, dropsAnswer());
    stage.clock.advance(Duration.ofHours(2));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    stage.clock.advance(Duration.ofHours(2));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(3);
  }

  @Test
  @Tag("S54")
  void droppedAnswerUnderStrictIsNotRepeatedWhileTheAccessTokenLives() {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    stage.server.script().next(Call.REFRESH, dropsAnswer());
    assertThat(stage.one().credentials.force(stage.request(connection), CALLER)).isEqualTo(new FreshOutcome.ProviderTimeout());
    assertThat(state(connection)).isEqualTo(CredentialState.UNCERTAIN);
    stage.letDatabaseTimePass(Duration.ofMinutes(10));
    assertThat(stage.one().credentials.force(stage.request(connection), CALLER)).isInstanceOf(FreshOutcome.Backoff.class);
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(1);
    assertThat(refreshes()).isEqualTo(1);
    stage.clock.advance(Duration.ofHours(2));
    assertThat(stage.one().credentials.get(stage.request(connection))).as("conceded until the journal")
        .isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(refreshes()).isEqualTo(2);
    assertThat(stage.events(connection)).contains("refresh.reauthorization_required");
  }

  @Test
  void killedProxyLosesNothingWhereTheTokenIsStable() {
    ConnectionId connection = stage.connect("ada");
    Replica killed = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> lost = inBackground(() -> killed.credentials.get(stage.request(connection)));
    gate.awaitArrivals(1);
    assertThat(stage.query("select state from refresh_attempt")).containsExactly("SENT");
    killed.close(); // nothing of it reaches the store any more
    stage.letDatabaseTimePass(Duration.ofSeconds(46)); // its lease lapses
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    gate.open();
    assertThat(stage.query("select state from refresh_attempt order by fence")).containsExactly("UNKNOWN", "COMMITTED");
    assertThat(refreshes()).isEqualTo(2);
    lost.cancel(true);
  }

  @Test
  void whileAnotherReplicaHoldsTheLeaseNobodyElseCalls() {
    ConnectionId connection = stage.connect("ada");
    Replica two = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, heldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> first = inBackground(() -> stage.one().credentials.get(stage.request(connection)));
    gate.awaitArrivals(1);
    CompletableFuture<FreshOutcome> second = inBackground(() -> two.credentials.get(stage.request(connection)));
    await().until(() -> two.database.transactions() > 4);
    assertThat(second).isNotDone();
    gate.open();
    assertThat(generation(first.join())).isEqualTo(2);
    assertThat(generation(second.join())).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void answerThatLostTheRaceIsKeptAndUsedWhenTheWinnersIsRefused() {
    play(Scene.grace());
    ConnectionId connection = stage.connect("ada");
    Replica slow = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> late = inBackground(() -> slow.credentials.get(stage.request(connection)));
    gate.awaitArrivals(1);
    stage.letDatabaseTimePass(Duration.ofSeconds(46));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    gate.open();
    assertThat(generation(late.join())).isEqualTo(2);
    assertThat(stage.count("credential_candidate where used_at is null")).isEqualTo(1);
    stage.server.script().next(Call.REFRESH, oauthError("invalid_grant"));
    assertThat(stage.one().credentials.force(stage.request(connection), CALLER)).isInstanceOf(RefreshOutcome.Refreshed.class);
    assertThat(row(connection).generation()).isEqualTo(3);
    assertThat(stage.count("credential_candidate where used_at is null")).isZero();
    assertThat(stage.events(connection)).contains("refresh.recovered").doesNotContain("refresh.reauthorization_required");
    stage.clock.advance(Duration.ofHours(2));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(4);
  }

  @Test
  @Tag("S50")
  void answerThatComesAfterADisconnectIsRevokedAndNeverStored() {
    play(Scene.grace());
    stage.provider.revocationReach(RevocationReach.TOKEN); // what the disconnect revokes leaves the late answer alive
    ConnectionId connection = stage.connect("ada");
    Replica two = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> late = inBackground(() -> two.credentials.get(stage.request(connection)));
    gate.awaitArrivals(1);
    stage.one().retirement().disconnect(stage.workspace, connection, false, CALLER, null);
    assertThat(stage.server.liveTokens().isEmpty()).isFalse();
    gate.open();
    assertThat(late.join()).isEqualTo(new FreshOutcome.Disconnected());
    await().until(() -> stage.server.liveTokens().isEmpty());
    assertThat(stage.count("credential where sealed is not null")).isZero();
    assertThat(stage.count("credential_candidate")).isZero();
    assertThat(stage.query("select reason from revocation order by created_at")).containsExactly("disconnect", "late_answer");
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.Disconnected());
  }

  @Test
  void answerToAReplacedCredentialIsNotKept() {
    play(Scene.grace());
    ConnectionId connection = stage.connect("ada");
    Replica slow = stage.replica();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    CompletableFuture<RefreshOutcome> late = CompletableFuture
        .supplyAsync(() -> slow.credentials.force(stage.request(connection), CALLER), Thread::startVirtualThread);
    gate.awaitArrivals(1);
    replaceSecret(connection);
    gate.open();
    late.join();
    assertThat(stage.count("credential_candidate")).isZero();
    assertThat(stage.query("select reason from revocation")).containsExactly("late_answer");
    assertThat(row(connection).generation()).isEqualTo(2);
  }

  private void replaceSecret(ConnectionId connection) {
    Replica replica = stage.one();
    CredentialRow row = row(connection);
    try (OpenCredential opened = replica.vault.open(row); Sealer sealer = replica.vault.hold(stage.workspace)) {
      boolean replaced = replica.database.inWorkspace(stage.workspace, tx -> replica.vault.replace(tx, connection, 1,
          opened.renewed().accessToken(SecretText.of("replaced")).issuedAt(stage.clock.instant()).build(), sealer));
      assertThat(replaced).isTrue();
    }
  }

  @Test
  void forcedRefreshDoesNotJoinACheckAndForcedOnesJoinEachOther() {
    ConnectionId connection = stage.connect("ada");
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, heldBy(gate));
    List<CompletableFuture<RefreshOutcome>> forced = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      forced.add(CompletableFuture.supplyAsync(() -> stage.one().credentials.force(stage.request(connection), CALLER),
          Thread::startVirtualThread));
    }
    gate.awaitArrivals(1);
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).as("the check").isEqualTo(1);
    gate.open();
    assertThat(forced).allSatisfy(one -> assertThat(one.join()).isInstanceOf(RefreshOutcome.Refreshed.class));
    assertThat(refreshes()).isLessThanOrEqualTo(2);
    assertThat(row(connection).generation()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void transientFailureBacksOffAndTheLivingTokenIsServed() {
    ConnectionId connection = stage.connect("ada");
    stage.server.script().always(Call.REFRESH, answersStatus(503));
    stage.clock.advance(Duration.ofMinutes(59).plusSeconds(45));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(1);
    assertThat(state(connection)).isEqualTo(CredentialState.DEGRADED);
    stage.clock.advance(Duration.ofMinutes(1));
    FreshOutcome waiting = stage.one().credentials.get(stage.request(connection));
    assertThat(waiting).isInstanceOf(FreshOutcome.Backoff.class);
    assertThat(refreshes()).isEqualTo(1);
    stage.server.script().clear();
    stage.letDatabaseTimePass(Duration.ofMinutes(6));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
    assertThat(state(connection)).isEqualTo(CredentialState.ACTIVE);
  }

  @Test
  void retryAfterIsHonoured() {
    ConnectionId connection = stage.connect("ada");
    stage.server.script().next(Call.REFRESH, retryAfter(503, Duration.ofMinutes(2)));
    stage.clock.advance(Duration.ofHours(2));
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ProviderUnreachable());
    assertThat(stage.one().credentials.get(stage.request(connection))).isInstanceOfSatisfying(FreshOutcome.Backoff.class,
        wait -> assertThat(wait.retryAfter()).isBetween(Duration.ofSeconds(100), Duration.ofMinutes(2)));
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void seventyTwoHoursOfFailuresLoseNothing() {
    ConnectionId connection = stage.connect("ada");
    Replica patient = stage.replica(com.github.benmanes.caffeine.cache.Ticker.systemTicker(), withoutBreaker());
    stage.server.script().always(Call.REFRESH, answersStatus(503));
    for (int hour = 0; hour < 72; hour += 6) {
      stage.clock.advance(Duration.ofHours(6));
      stage.letDatabaseTimePass(Duration.ofHours(6));
      assertThat(patient.credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ProviderUnreachable());
    }
    stage.server.script().clear();
    stage.letDatabaseTimePass(Duration.ofMinutes(6));
    assertThat(generation(patient.credentials.get(stage.request(connection)))).isEqualTo(2);
  }

  private static RefreshSettings withoutBreaker() {
    RefreshSettings usual = RefreshSettings.usual();
    return new RefreshSettings(usual.lease(), usual.pauseLimit(), usual.backoffLeast(), usual.backoffMost(),
        usual.retryAfterMost(), usual.budget(), usual.commitPatience(), usual.invalidTokenPause(), usual.callsPerSecond(),
        usual.callsAtOnce(), usual.turnLimit(), 1_000_000, usual.breakerLeast(), usual.breakerMost(), usual.flightsMost(),
        usual.flightLimit(), usual.pollEvery(), usual.attemptsKept());
  }

  @Test
  void wrongClientSecretTripsTheIntegrationNotItsConnections() {
    ConnectionId connection = stage.connect("ada");
    ConnectionId other = stage.connect("bruno", stage.server.accounts().get(1));
    stage.server.script().next(Call.REFRESH, oauthError("invalid_client"));
    stage.clock.advance(Duration.ofHours(2));
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.Misconfigured());
    assertThat(state(connection)).isEqualTo(CredentialState.ACTIVE);
    assertThat(stage.one().credentials.get(stage.request(other))).isInstanceOf(FreshOutcome.Backoff.class);
    assertThat(refreshes()).isEqualTo(1);
    assertThat(stage.one().credentials.force(stage.request(other), CALLER)).isInstanceOf(RefreshOutcome.Refreshed.class);
    assertThat(state(other)).isEqualTo(CredentialState.ACTIVE);
  }

  @Test
  void refusedGrantAsksForANewAuthorizationOnce() {
    ConnectionId connection = stage.connect("ada");
    stage.server.revokeGrants(stage.server.accounts().getFirst());
    stage.clock.advance(Duration.ofHours(2));
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(refreshes()).isEqualTo(1);
    assertThat(state(connection)).isEqualTo(CredentialState.REAUTH_REQUIRED);
    assertThat(stage.events(connection)).containsOnlyOnce("refresh.reauthorization_required");
  }

  @Test
  void malformedAnswerUnderRotationIsKeptAsACandidateAndRescuesTheGrant() {
    play(Scene.strict());
    ConnectionId connection = stage.connect("ada");
    stage.server.script().next(Call.REFRESH, expiresIn(99_999_999_999L));
    stage.clock.advance(Duration.ofHours(2));
    assertThat(stage.one().credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ProviderUnreachable());
    assertThat(stage.count("credential_candidate where used_at is null")).isEqualTo(1);
    stage.letDatabaseTimePass(Duration.ofMinutes(6));
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(3);
    assertThat(stage.server.liveTokens().refreshTokens()).hasSize(1);
  }

  @Test
  void processThatPausedTooLongAfterItsClaimSendsNothing() {
    ConnectionId connection = stage.connect("ada");
    AtomicLong jumping = new AtomicLong();
    Replica paused = stage.replica(() -> jumping.addAndGet(Duration.ofSeconds(16).toNanos()));
    stage.clock.advance(Duration.ofHours(2));
    assertThat(paused.credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ProviderTimeout());
    assertThat(refreshes()).isZero();
    assertThat(stage.query("select distinct state from refresh_attempt")).containsExactly("ABANDONED");
    assertThat(generation(stage.one().credentials.get(stage.request(connection)))).isEqualTo(2);
  }

  @Test
  void invalidTokenAnswerRefreshesOncePerGenerationAndOnceInFiveMinutes() {
    ConnectionId connection = stage.connect("ada");
    Replica two = stage.replica();
    stage.server.killAccessTokens(stage.server.accounts().getFirst());
    CompletableFuture<FreshOutcome> other = inBackground(() -> two.credentials.afterInvalidToken(stage.request(connection), 1));
    assertThat(generation(stage.one().credentials.afterInvalidToken(stage.request(connection), 1))).isEqualTo(2);
    assertThat(generation(other.join())).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
    assertThat(generation(stage.one().credentials.afterInvalidToken(stage.request(connection), 2))).as("within 5 minutes")
        .isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
    stage.letDatabaseTimePass(Duration.ofMinutes(5));
    assertThat(generation(stage.one().credentials.afterInvalidToken(stage.request(connection), 2))).isEqualTo(3);
    assertThat(refreshes()).isEqualTo(2);
  }

  @Test
  @Tag("S2")
  void movedRecordIsRefusedWithAnEvent() {
    ConnectionId ada = stage.connect("ada");
    ConnectionId bruno = stage.connect("bruno", stage.server.accounts().get(1));
    stage.sql("update credential set sealed = (select sealed from credential where connection_id = ?) where connection_id = ?",
        ada.value(), bruno.value());
    await().untilAsserted(
        () -> assertThat(stage.one().credentials.get(stage.request(bruno))).isEqualTo(new FreshOutcome.Integrity()));
    assertThat(stage.events(bruno)).contains("credential.integrity_refused");
    assertThat(generation(stage.one().credentials.get(stage.request(ada)))).isEqualTo(1);
  }

  @Test
  @Tag("S33")
  void connectionOfAnotherWorkspaceIsUnknown() {
    ConnectionId connection = stage.connect("ada");
    CredentialRequest foreign = new CredentialRequest(new dev.authpipe.wire.WorkspaceId(UUID.randomUUID()), connection,
        Duration.ZERO, Duration.ofSeconds(5));
    assertThat(stage.one().credentials.get(foreign)).isEqualTo(new FreshOutcome.UnknownConnection());
    assertThat(stage.one().credentials.force(foreign, CALLER)).isEqualTo(new FreshOutcome.UnknownConnection());
  }

  @Test
  void storeThatGoesAwayWhileTheProviderAnswersTakesTheAnswerWhenItIsBack() {
    ConnectionId connection = stage.connect("ada");
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, answerHeldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    CompletableFuture<FreshOutcome> reader = inBackground(() -> stage.one().credentials.get(stage.request(connection)));
    gate.awaitArrivals(1);
    stage.stores.allowConnections(Store.VAULT, false);
    stage.stores.terminateConnections(Store.VAULT);
    gate.open();
    await().during(Duration.ofMillis(500)).until(() -> !reader.isDone());
    stage.stores.allowConnections(Store.VAULT, true);
    assertThat(generation(reader.join())).isEqualTo(2);
    assertThat(refreshes()).isEqualTo(1);
  }
}
