package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.dropsAnswer;
import static dev.authpipe.testkit.sandbox.Behaviours.expiresIn;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.retryAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** The refresh protocol where something fails: told apart, repeated where that loses nothing, and nothing that was received is lost. */
@Tag("S54")
class RefreshFailureTest extends RefreshStage {
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
