package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Standby;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** A real PostgreSQL dies and its real standby takes over, with the last commit or without it. */
@Tag("long")
@Tag("S54")
class FailoverFaultTest {
  private static final FaultLedger LEDGER = FaultLedger.of(FailoverFaultTest.class);

  @TempDir
  private Path directory;

  static Stream<Scene> scenes() {
    return Stream.of(Scene.none(), Scene.grace(), Scene.strict());
  }

  @ParameterizedTest
  @MethodSource("scenes")
  void commitThatTheStandbyDidNotGetComesBackFromTheJournal(Scene scene) {
    try (EmbeddedDatabases server = EmbeddedDatabases.start();
        Standby standby = server.withStandby();
        Stage stage = new Stage(scene, server.create())) {
      ConnectionId connection = stage.connect("ada");
      Replica replica = stage.journaling(directory);
      standby.awaitCaughtUp();
      standby.cutOff();
      refresh(stage, replica, connection);
      assertThat(generation(stage, connection)).isEqualTo("2");
      replica.journal.pass();
      assertThat(replica.journal.journal().size()).as("no standby has it").isEqualTo(1);
      standby.takeOver();
      assertThat(generation(stage, connection)).as("the acknowledged commit is lost").isEqualTo("1");
      await().atMost(Duration.ofSeconds(60)).until(() -> {
        replica.journal.pass(); // once the listener is there again
        return "2".equals(generation(stage, connection));
      });
      assertThat(stage.server.calls(Call.REFRESH)).isEqualTo(1);
      assertThat(stage.events(connection)).contains("refresh.recovered");
      refresh(stage, replica, connection);
      assertThat(generation(stage, connection)).isEqualTo("3");
      LEDGER.kept(Fault.FAILOVER, scene.profile());
    }
  }

  @Test
  void entryGoesOnceASynchronousStandbyHasTheCommitWhichThenOutlivesThePrimary() {
    try (EmbeddedDatabases server = EmbeddedDatabases.start();
        Standby standby = synchronous(server);
        Stage stage = new Stage(Scene.strict(), server.create())) {
      ConnectionId connection = stage.connect("ada");
      Replica replica = stage.journaling(directory);
      refresh(stage, replica, connection);
      assertThat(replica.journal.journal().size()).isEqualTo(1);
      replica.journal.pass();
      assertThat(replica.journal.journal().size()).isZero();
      standby.takeOver();
      assertThat(generation(stage, connection)).isEqualTo("2");
    }
  }

  private static Standby synchronous(EmbeddedDatabases server) {
    Standby standby = server.withStandby();
    standby.makeSynchronous();
    return standby;
  }

  private static String generation(Stage stage, ConnectionId connection) {
    return String
        .valueOf(stage.query("select generation from credential where connection_id = ?", connection.value()).getFirst());
  }

  private static void refresh(Stage stage, Replica replica, ConnectionId connection) {
    stage.clock.advance(Duration.ofHours(2));
    FreshOutcome outcome = replica.credentials.get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      assertThat(stage.statusAtProvider(opened.accessToken())).isEqualTo(200);
    }
  }
}
