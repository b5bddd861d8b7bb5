package dev.authpipe.proxy.connect;

import static dev.authpipe.proxy.connect.ConnectStage.code;
import static dev.authpipe.proxy.connect.ConnectStage.json;
import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.dropsAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.journal.Journal;
import dev.authpipe.proxy.proof.StoreRelay;
import dev.authpipe.proxy.refresh.Fault;
import dev.authpipe.proxy.refresh.FaultLedger;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.Standby;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.RefreshRotation;

/**
 * The faults of docs/refresh-proof.md at a finish, each for every way in which refresh tokens rotate. There is one code, good once: what the
 * exchange brought is kept, or revoked, or was never seen; then the person is asked again, and nothing of the attempt stays.
 */
@Tag("long")
@Tag("S54")
class FinishFaultTest {
  private static final FaultLedger LEDGER = FaultLedger.of(FinishFaultTest.class);
  private static int people;

  @TempDir
  static Path directory;
  private static ConnectStage shared;

  /** A person who has agreed at the provider, and whose application is about to finish. */
  private record Play(ConnectStage stage, Rotation rotation, Account account, StartedSession session, String finishCode) {
    HttpResponse<String> finish() {
      return stage.finish(session, finishCode);
    }

    CompletableFuture<HttpResponse<String>> finishing() {
      return CompletableFuture.supplyAsync(this::finish, Thread::startVirtualThread);
    }
  }

  @BeforeAll
  static void start() {
    shared = new ConnectStage(directory);
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @BeforeEach
  void reset() {
    shared.reset();
  }

  @ParameterizedTest
  @EnumSource
  void answerThatTheNetworkDropped(Rotation rotation) {
    Play play = authorized(shared, rotation);
    shared.provider.script().next(Call.EXCHANGE, dropsAnswer());
    assertThat(code(play.finish())).isEqualTo("provider_timeout");
    assertThat(shared.provider.liveTokensOf(play.account).isEmpty()).as("issued, and seen by nobody").isFalse();
    assertNothingIsLeft(play, "provider_timeout");
    assertThat(shared.provider.calls(Call.EXCHANGE)).as("the code is not sent again").isEqualTo(1);
    assertMayAgreeAgain(play);
    LEDGER.lost(Fault.ANSWER_DROPPED_AT_FINISH, rotation);
  }

  @ParameterizedTest
  @EnumSource
  void keyThatRefusesToSealTheAnswer(Rotation rotation) throws IOException {
    Play play = authorized(shared, rotation);
    Gate gate = Gate.closed();
    shared.provider.script().next(Call.EXCHANGE, answerHeldBy(gate));
    CompletableFuture<HttpResponse<String>> finishing = play.finishing();
    gate.awaitArrivals(1);
    Path kek = directory.resolve("main.kek");
    Path away = directory.resolve("main.kek.away");
    Files.move(kek, away);
    shared.proxy.moveTicker(Duration.ofMinutes(2)); // beyond what was held for the answer, and its KEK is asked again
    gate.open();
    assertThat(code(finishing.join())).isEqualTo("key_unavailable");
    assertThat(shared.provider.liveTokensOf(play.account).isEmpty()).as("what could not be kept is revoked").isTrue();
    Files.move(away, kek);
    await().until(() -> {
      shared.proxy.moveTicker(Duration.ofSeconds(30));
      return shared.api("GET", "/v1/connections", null, shared.apiKey).statusCode() == 200;
    });
    assertNothingIsLeft(play, "key_unavailable");
    assertMayAgreeAgain(play);
    LEDGER.lost(Fault.SEAL_REFUSED_AT_FINISH, rotation);
  }

  @Test
  void answersThatCameWhileTheStoreWasDownBecomeConnectionsWhenItIsBack(@TempDir Path here) {
    try (EmbeddedDatabases server = EmbeddedDatabases.start(); ConnectStage stage = new ConnectStage(here, server)) {
      Gate gate = Gate.closed();
      List<Play> plays = everyRotation(stage, play -> stage.provider.script().next(Call.EXCHANGE, answerHeldBy(gate)));
      List<CompletableFuture<HttpResponse<String>>> finishing = plays.stream().map(Play::finishing).toList();
      gate.awaitArrivals(plays.size());
      server.stop();
      gate.open();
      finishing.forEach(answer -> assertThat(code(answer.join())).as("its patience is over").isEqualTo("store_unavailable"));
      assertThat(stage.proxy.bean(Journal.class).unsettled()).isEqualTo(plays.size());
      server.startAgain();
      plays.forEach(play -> {
        await().atMost(Duration.ofSeconds(60)).until(() -> play.finish().statusCode() == 200);
        assertLives(play, connection(play.finish()));
        LEDGER.kept(Fault.STORE_STOPPED_AT_FINISH, play.rotation);
      });
      assertThat(stage.provider.calls(Call.EXCHANGE)).isEqualTo(plays.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void commitWhoseAnswerWasLost(Rotation rotation, @TempDir Path here) {
    try (StoreRelay relay = StoreRelay.to(EmbeddedDatabases.shared().port());
        ConnectStage stage = new ConnectStage(here, EmbeddedDatabases.shared(), relay::through)) {
      Play play = authorized(stage, rotation);
      relay.dropAnswerToCommitAfter("insert into connection ");
      String made = connection(play.finish());
      assertThat(connection(play.finish())).as("the same once more").isEqualTo(made);
      assertThat(stage.connections()).isEqualTo(1);
      assertThat(stage.provider.calls(Call.EXCHANGE)).isEqualTo(1);
      assertThat(stage.rows("select count(*) from revocation")).as("what became a connection is not revoked")
          .containsExactly("0");
      assertThat(stage.proxy.bean(Journal.class).unsettled()).isZero();
      assertLives(play, made);
      LEDGER.kept(Fault.COMMIT_ANSWER_LOST_AT_FINISH, rotation);
    }
  }

  @Test
  void connectionsThatTheStandbyDidNotGetComeBackFromTheJournal(@TempDir Path here) {
    try (EmbeddedDatabases server = EmbeddedDatabases.start();
        Standby standby = server.withStandby();
        ConnectStage stage = new ConnectStage(here, server)) {
      Gate gate = Gate.closed();
      List<Play> plays = everyRotation(stage, play -> stage.provider.script().next(Call.EXCHANGE, answerHeldBy(gate)));
      List<CompletableFuture<HttpResponse<String>>> finishing = plays.stream().map(Play::finishing).toList();
      gate.awaitArrivals(plays.size());
      standby.awaitCaughtUp();
      standby.cutOff();
      gate.open();
      List<String> made = finishing.stream().map(answer -> connection(answer.join())).toList();
      assertThat(stage.connections()).isEqualTo(plays.size());
      standby.takeOver();
      assertThat(stage.connections()).as("the acknowledged commits are lost").isZero();
      for (Play play : plays) {
        await().atMost(Duration.ofSeconds(60)).until(() -> play.finish().statusCode() == 200);
        assertThat(made).as("the connection that the application knows").contains(connection(play.finish()));
        assertLives(play, connection(play.finish()));
        LEDGER.kept(Fault.FAILOVER_AT_FINISH, play.rotation);
      }
      assertThat(stage.provider.calls(Call.EXCHANGE)).isEqualTo(plays.size());
    }
  }

  private static List<Play> everyRotation(ConnectStage stage, Consumer<Play> then) {
    List<Play> plays = new ArrayList<>();
    for (Rotation rotation : Rotation.values()) {
      plays.add(authorized(stage, rotation));
      then.accept(plays.getLast());
    }
    return plays;
  }

  private static Play authorized(ConnectStage stage, Rotation rotation) {
    String name = "finisher-" + people++;
    Account account = Account.named(name, "Someone");
    stage.provider.addAccount(account);
    return authorized(stage, rotation, account);
  }

  private static Play authorized(ConnectStage stage, Rotation rotation, Account account) {
    rotates(stage, rotation);
    stage.provider.consentsNext(account);
    try (Browser browser = new Browser()) {
      StartedSession session = stage.session(account.login(), slug(rotation));
      return new Play(stage, rotation, account, session, stage.authorize(browser, session, slug(rotation)));
    }
  }

  private static void rotates(ConnectStage stage, Rotation rotation) {
    stage.settings.rotation(switch (rotation) {
      case NONE -> RefreshRotation.none();
      case GRACE -> RefreshRotation.grace(Duration.ofMinutes(10));
      case STRICT -> RefreshRotation.strict();
    }).refreshKillsAccessToken(rotation == Rotation.STRICT);
  }

  /** The integration whose profile says so. */
  private static String slug(Rotation rotation) {
    return switch (rotation) {
      case NONE -> "sandbox";
      case GRACE -> "sandbox-grace";
      case STRICT -> "sandbox-strict";
    };
  }

  private static String connection(HttpResponse<String> finished) {
    assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
    return json(finished.body()).at("/connection/id").asText();
  }

  /** The attempt has failed for good, by that name, and neither a store nor the journal has anything that was sealed for it. */
  private static void assertNothingIsLeft(Play play, String reason) {
    ConnectStage stage = play.stage;
    ObjectNode status = (ObjectNode) stage.status(play.session);
    assertThat(status.path("status").asText()).isEqualTo("failed");
    assertThat(status.path("reason").asText()).isEqualTo(reason);
    assertThat(status.path("connection_id").asText("")).isEmpty();
    assertThat(code(play.finish())).as("the same once more").isEqualTo(reason);
    assertThat(stage.rows("select count(*) from connect_attempt where sealed_code is not null or sealed_verifier is not null"))
        .containsExactly("0");
    assertThat(stage.rows("select count(*) from revocation where sealed is not null")).containsExactly("0");
    assertThat(stage.rows("select count(*) from connection k join end_user p using (workspace_id, end_user_id) "
        + "where p.identifier = '" + play.session.endUser() + "'")).containsExactly("0");
    assertThat(stage.proxy.bean(Journal.class).unsettled()).isZero();
  }

  /** The person agrees once more and is connected. */
  private static void assertMayAgreeAgain(Play failed) {
    Play again = authorized(failed.stage, failed.rotation, failed.account);
    assertLives(again, connection(again.finish()));
  }

  /** The refresh token works, and what it brings is good at the provider. */
  private static void assertLives(Play play, String connection) {
    ConnectStage stage = play.stage;
    rotates(stage, play.rotation);
    HttpResponse<String> refreshed = stage.api("POST", "/v1/connections/" + connection + "/refresh", null, stage.apiKey);
    assertThat(refreshed.statusCode()).as(refreshed.body()).isEqualTo(200);
    assertThat(stage.api("GET", "/v1/proxy/" + connection + "/me", null, stage.apiKey).statusCode()).isEqualTo(200);
  }
}
