package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** What is renewed though nobody asks for it, on real PostgreSQL and against a provider that plays each part. */
@Tag("S54")
class RefreshScheduleTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();

  private Stage stage = new Stage(Scene.none(), STORES);

  static Stream<Scene> scenes() {
    return Stream.of(Scene.none(), Scene.grace(), Scene.strict());
  }

  private void play(Scene scene) {
    stage.close();
    stage = new Stage(scene, STORES);
  }

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    stage.close();
  }

  private long generation(ConnectionId connection) {
    return stage.count("credential k, generate_series(1, k.generation) where k.connection_id = ?", connection.value());
  }

  private int refreshes() {
    return stage.server.calls(Call.REFRESH);
  }

  private String state(ConnectionId connection) {
    return String.valueOf(stage.query("select state from credential where connection_id = ?", connection.value()).getFirst());
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void accessTokenIsRenewedBeforeItExpiresThoughNobodyAsks(Scene scene) {
    play(scene);
    ConnectionId connection = stage.connect("ada");
    stage.one().schedule.pass();
    stage.clock.advance(Duration.ofMinutes(47));
    stage.one().schedule.pass();
    assertThat(refreshes()).as("too early").isZero();
    stage.clock.advance(Duration.ofMinutes(6));
    stage.one().schedule.pass();
    if (scene.refreshKillsAccessToken()) {
      assertThat(refreshes()).as("it would end the one that is handed out").isZero();
      stage.clock.advance(Duration.ofMinutes(6).plusSeconds(45));
      stage.one().schedule.pass();
    }
    await().until(() -> generation(connection) == 2);
    stage.one().schedule.pass();
    assertThat(refreshes()).isEqualTo(1);
    assertThat(stage.events(connection)).containsOnlyOnce("refresh.succeeded");
    assertThat(stage.query("select body_text from (select convert_from(body, 'UTF8') as body_text from audit_event "
        + "where type = 'refresh.succeeded') e")).singleElement().asString().contains("schedule");
  }

  @Test
  void twoReplicasShareWhatIsDueWithoutADoubleCall() {
    Replica two = stage.replica();
    List<ConnectionId> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(stage.connect("person-" + i));
    }
    stage.one().schedule.pass();
    stage.clock.advance(Duration.ofMinutes(55));
    await().atMost(Duration.ofMinutes(1)).until(() -> {
      CompletableFuture.allOf(CompletableFuture.runAsync(stage.one().schedule::pass, Thread::startVirtualThread),
          CompletableFuture.runAsync(two.schedule::pass, Thread::startVirtualThread)).join();
      return all.stream().allMatch(one -> generation(one) == 2);
    });
    assertThat(refreshes()).isEqualTo(30);
    assertThat(stage.query("select max(fence) from refresh_lease")).as("nobody else even asked for a lease").containsExactly("1");
    assertThat(stage.one().scheduled("renewed") + two.scheduled("renewed")).isEqualTo(30);
    assertThat(stage.one().scheduled("renewed")).isPositive();
    assertThat(two.scheduled("renewed")).isPositive();
  }

  @Test
  void readerAndScheduleShareOneFlight() {
    ConnectionId connection = stage.connect("ada");
    stage.one().schedule.pass();
    Gate gate = Gate.closed();
    stage.server.script().next(Call.REFRESH, heldBy(gate));
    stage.clock.advance(Duration.ofHours(2));
    stage.one().schedule.pass();
    gate.awaitArrivals(1);
    CompletableFuture<FreshOutcome> reader = CompletableFuture
        .supplyAsync(() -> stage.one().credentials.get(stage.request(connection)), Thread::startVirtualThread);
    stage.one().schedule.pass();
    gate.open();
    assertThat(reader.join()).isInstanceOf(FreshOutcome.Fresh.class);
    reader.join().close();
    assertThat(refreshes()).isEqualTo(1);
    assertThat(generation(connection)).isEqualTo(2);
  }

  @Test
  void whatFailedIsLeftAloneUntilItsPauseIsOver() {
    ConnectionId connection = stage.connect("ada");
    stage.one().schedule.pass();
    stage.server.script().next(Call.REFRESH, answersStatus(503));
    stage.clock.advance(Duration.ofMinutes(55));
    stage.one().schedule.pass();
    await().until(() -> stage.one().scheduled("failed") == 1 && state(connection).equals("DEGRADED"));
    await().until(() -> stage.count("credential where renew_at > ? + interval '9 s'",
        stage.clock.instant().atOffset(java.time.ZoneOffset.UTC)) == 1);
    for (int i = 0; i < 5; i++) {
      stage.one().schedule.pass();
    }
    assertThat(stage.query("select max(fence) from refresh_lease")).as("not even a lease").containsExactly("1");
    stage.clock.advance(Duration.ofMinutes(6));
    stage.letDatabaseTimePass(Duration.ofMinutes(6));
    stage.one().schedule.pass();
    await().until(() -> generation(connection) == 2);
    assertThat(refreshes()).isEqualTo(2);
    assertThat(state(connection)).isEqualTo("ACTIVE");
  }

  @Test
  void integrationWhoseClientIsRefusedIsTriedByOneAndTheOthersAreLeftAlone() {
    List<ConnectionId> all = Stream.of("ada", "bruno", "clara").map(stage::connect).toList();
    Replica cautious = stage.replica(new ScheduleSettings(true, Duration.ofSeconds(10), 600, 1, 8, Duration.ZERO,
        Duration.ofMinutes(2), 2));
    cautious.schedule.pass();
    stage.server.script().always(Call.REFRESH, oauthError("invalid_client"));
    stage.clock.advance(Duration.ofMinutes(55));
    cautious.schedule.pass();
    await().until(() -> cautious.scheduled("failed") == 1);
    for (int i = 0; i < 5; i++) {
      cautious.schedule.pass();
    }
    assertThat(refreshes()).isEqualTo(1);
    assertThat(all).allSatisfy(one -> assertThat(state(one)).isEqualTo("ACTIVE"));
    assertThat(cautious.metrics.get("authpipe.refresh.ahead.waiting").gauge().value()).isEqualTo(2);
    assertThat(cautious.metrics.get("authpipe.refresh.ahead.overdue").gauge().value()).isPositive();
  }

  @Test
  void refreshTokenIsUsedBeforeItEndsForWantOfUse() {
    play(Scene.grace());
    ConnectionId connection = stage.connect("ada");
    stage.sql("update credential set access_expires_at = null, refresh_expires_at = issued_at + interval '30 days'");
    stage.one().schedule.pass();
    stage.clock.advance(Duration.ofDays(14));
    stage.one().schedule.pass();
    assertThat(refreshes()).isZero();
    stage.clock.advance(Duration.ofDays(9));
    stage.one().schedule.pass();
    await().until(() -> generation(connection) == 2);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void whatHasNoExpiryAndNoIdleLimitIsLeftAlone() {
    ConnectionId connection = stage.connect("ada");
    stage.sql("update credential set access_expires_at = null");
    for (int day = 0; day < 120; day += 20) {
      stage.one().schedule.pass();
      stage.clock.advance(Duration.ofDays(20));
    }
    assertThat(refreshes()).isZero();
    assertThat(generation(connection)).isEqualTo(1);
  }

  @Test
  @Tag("S50")
  void whatHasEndedIsLeftAlone() {
    ConnectionId ended = stage.connect("ada");
    ConnectionId refused = stage.connect("bruno", stage.server.accounts().get(1));
    stage.one().schedule.pass();
    stage.one().retirement().disconnect(stage.workspace, ended, false, AuditActor.system("test"), null);
    stage.server.revokeGrants(stage.server.accounts().get(1));
    stage.clock.advance(Duration.ofHours(2));
    stage.one().schedule.pass();
    await().until(() -> state(refused).equals("REAUTH_REQUIRED"));
    for (int i = 0; i < 5; i++) {
      stage.clock.advance(Duration.ofHours(2));
      stage.one().schedule.pass();
    }
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void newCredentialsAreNoNewsForCaches() {
    ConnectionId connection = stage.connect("ada");
    stage.one().credentials.get(stage.request(connection)).close();
    await().until(() -> {
      FreshOutcome warm = stage.one().credentials.warm(stage.request(connection));
      return warm instanceof FreshOutcome.Fresh;
    });
    stage.one().schedule.pass();
    assertThat(stage.count("credential where renew_at is not null")).isEqualTo(1);
    await().during(Duration.ofMillis(300)).until(() -> {
      FreshOutcome warm = stage.one().credentials.warm(stage.request(connection));
      boolean fresh = warm instanceof FreshOutcome.Fresh;
      if (warm != null) {
        warm.close();
      }
      return fresh;
    });
  }
}
