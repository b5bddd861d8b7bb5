package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
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

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RevocationReach;
import dev.authpipe.wire.ConnectionId;

/** The refresh protocol where all goes well: one call for everybody, in time, and nothing for whom it is not. */
@Tag("S54")
class RefreshFlowTest extends RefreshStage {
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
  @Tag("S33")
  void connectionOfAnotherWorkspaceIsUnknown() {
    ConnectionId connection = stage.connect("ada");
    CredentialRequest foreign = new CredentialRequest(new dev.authpipe.wire.WorkspaceId(UUID.randomUUID()), connection,
        Duration.ZERO, Duration.ofSeconds(5));
    assertThat(stage.one().credentials.get(foreign)).isEqualTo(new FreshOutcome.UnknownConnection());
    assertThat(stage.one().credentials.force(foreign, CALLER)).isEqualTo(new FreshOutcome.UnknownConnection());
  }
}
