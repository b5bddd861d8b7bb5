package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Moves of a workspace (docs/cells.md) that are cut off, falsified, refused or too slow: the workspace is served, or nobody serves it. */
@Tag("long")
@Tag("longest")
@Tag("S2")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkspaceMoveFaultTest {
  private CellStage stage;
  private StoreRelay relay;
  private final List<String> ours = new ArrayList<>();
  private boolean inCell;

  @BeforeAll
  void start() {
    stage = new CellStage();
    relay = StoreRelay.to(EmbeddedDatabases.shared().port());
    for (int i = 0; i < 6; i++) {
      ours.add(stage.connected(stage.application, "person-" + i));
    }
  }

  @AfterAll
  void stop() {
    relay.close();
    stage.close();
  }

  /** Statement, the how many-th of it, and whether the workspace is served after a cut there. {@code -Dauthpipe.cuts=true} for all. */
  static Stream<Arguments> cuts() {
    Stream<Arguments> hardest = Stream.of(
        Arguments.of("insert into moved_workspace", 4, true), // one store is there, the other is not
        Arguments.of("delete from moved_workspace", 2, false)); // both databases of the vault say that it is in the other
    Stream<Arguments> others = Stream.of(Arguments.of("copy incoming_credential from", 1, true),
        Arguments.of("insert into moved_workspace", 3, true), // the switch, before its first step
        Arguments.of("delete from credential", 1, true)); // what is left at the old place
    return Boolean.getBoolean("authpipe.cuts") ? Stream.concat(hardest, others) : hardest;
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void killedAtAnyStepTheSameCommandFinishesIt(String statement, int time, boolean served) {
    String to = inCell ? "first" : CellStage.CELL;
    relay.stallAt(statement, time);
    Process move = process(stage.operator(relay::through), to);
    relay.awaitStalled();
    kill(move);
    relay.lose();
    if (served) {
      ours.forEach(this::lives);
    } else {
      assertThat(stage.application.send("POST", "/v1/connections/" + ours.getFirst() + "/refresh").code())
          .isEqualTo("store_unavailable");
      assertThat(CellStage.run("workspace", "list", "--config", stage.operator(url -> url).toString()).out())
          .contains("a move was cut off");
    }
    CellStage.Ran again = stage.move(to);
    assertThat(again.code()).as(again.err()).isZero();
    inCell = !inCell;
    ours.forEach(this::lives);
    ours.add(stage.connected(stage.application, "after-" + ConnectFlow.random()));
    assertThat(stage.rows(inCell ? stage.deployment.stores() : stage.cell, stage.workspace())).isEmpty();
    for (Store store : CellStage.STORES) {
      assertThat(AuditTreeCheck.check((inCell ? stage.cell : stage.deployment.stores()).superuser(store))).isPositive();
    }
  }

  private void lives(String connection) {
    stage.second(stage.application).send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
    stage.application.proxied(connection, "/me").expect(200);
  }

  private static Process process(Path settings, String to) {
    try {
      return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
          System.getProperty("java.class.path"), AuthpipeCommand.class.getName(), "workspace", "move", ProofDeployment.OWN,
          "--to", to,
          "--config", settings.toString()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(settings.resolveSibling("move.log").toFile()).start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void kill(Process process) {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException failure) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(failure);
    }
  }

  private EmbeddedDatabases.StoreSet target() {
    return inCell ? stage.deployment.stores() : stage.cell;
  }

  private EmbeddedDatabases.StoreSet source() {
    return inCell ? stage.cell : stage.deployment.stores();
  }

  private String there() {
    return inCell ? "first" : CellStage.CELL;
  }

  @Test
  void aCopyThatDoesNotOpenIsNotMovedTo() {
    CellStage.execute(target(), Store.VAULT, """
        create function falsify() returns trigger language plpgsql as $$
        begin new.sealed := set_byte(new.sealed, 40, get_byte(new.sealed, 40) # 1); return new; end $$;
        create trigger falsify before insert or update on credential for each row execute function falsify()""");
    CellStage.Ran refused = stage.move(there());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("does not open where it stands; the workspace is served where it was");
    ours.forEach(this::lives);
    CellStage.execute(target(), Store.VAULT, "drop trigger falsify on credential; drop function falsify()");
    CellStage.Ran moved = stage.move(there());
    assertThat(moved.code()).as(moved.err()).isZero();
    inCell = !inCell;
    ours.forEach(this::lives);
  }

  @Test
  void aCopyThatIsOtherIsNotMovedTo() {
    CellStage.execute(target(), Store.VAULT, """
        create function falsify() returns trigger language plpgsql as $$
        begin new.scopes_granted := array['everything']; return new; end $$;
        create trigger falsify before insert or update on connection for each row execute function falsify()""");
    CellStage.Ran refused = stage.move(there());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("the copy of connection is not as the original", "the workspace is served where it was");
    ours.forEach(this::lives);
    CellStage.execute(target(), Store.VAULT, "drop trigger falsify on connection; drop function falsify()");
  }

  @Test
  void whileATransactionDoesNotEndNothingIsSwitchedAndTheOthersGoOn() throws SQLException {
    CompletableFuture<CellStage.Ran> move;
    try (Connection slow = source().owner(Store.VAULT).getConnection(); Statement statement = slow.createStatement()) {
      statement.execute("select pg_advisory_lock_shared(workspace_lock('" + stage.workspace() + "'))");
      move = CompletableFuture.supplyAsync(() -> stage.move(there()));
      await().atMost(20, TimeUnit.SECONDS).until(() -> !CellStage.column(source(), Store.VAULT,
          "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")
          .isEmpty());
      await().atMost(20, TimeUnit.SECONDS).until(() -> CellStage.column(source(), Store.VAULT,
          "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")
          .isEmpty());
      ours.forEach(this::lives);
      assertThat(move).isNotDone();
    }
    assertThat(move.join().code()).as(move.join().err()).isZero();
    assertThat(move.join().err()).containsSubsequence("switching", "switching");
    inCell = !inCell;
    ours.forEach(this::lives);
  }

  @Test
  void oneMoveAtATimeToAPlaceThatThereIs() throws SQLException {
    try (Connection other = stage.deployment.stores().owner(Store.VAULT).getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("select pg_advisory_lock(hashtextextended('authpipe.move." + stage.workspace() + "', 0))");
      CellStage.Ran refused = stage.move(there());
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("another move of this workspace is under way");
    }
    CellStage.Ran unknown = stage.move("us-1");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("no cell is named us-1; there are: [eu-2]");
    ours.forEach(this::lives);
  }
}
