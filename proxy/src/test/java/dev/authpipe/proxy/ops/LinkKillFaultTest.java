package dev.authpipe.proxy.ops;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.proof.StoreRelay;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A linked proxy in a process of its own is killed (SIGKILL) at every step of what a signed command began, each time with that step's statement on
 * its way to the store. The next process ends the work by itself.
 */
@Tag("long")
@Tag("longest")
@Tag("S6")
@Tag("S55")
class LinkKillFaultTest {
  private static final String OTHER = "wks_01js00000ke008000000000002";
  private static final List<String> STAY = List.of("audit_event", "audit_head", "audit_checkpoint", "outbox",
      "workspace_deletion", "erasure_ledger");

  @TempDir
  Path directory;
  private StoreRelay relay;
  private LinkStage stage;

  @BeforeEach
  void start() {
    relay = StoreRelay.to(EmbeddedDatabases.shared().port());
    stage = new LinkStage(directory, "", OutboxSettings.usual(), LinkStage.brisk(), Clock.systemUTC(), relay::through);
    assertThat(stage.enrol().code()).isZero();
    stage.fork();
    String mine = LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request());
    stage.plane.offer("[" + mine + "," + mine.replace(LinkStage.WORKSPACE, OTHER)
        .replace(LinkStage.INTEGRATION, "int_01js00000ke008000000000002").replace("\"acme\"", "\"umbrella\"")
        .replace(LinkStage.request(), "") + "]");
    stage.awaitWaiting(5);
    stage.approveAll();
    await().atMost(LinkStage.PATIENCE).until(() -> stage.application()
        .send("PUT", "/v1/integrations/sandbox/client-secret", Map.of("client_secret", stage.clientSecret.reveal()))
        .status() == 200);
    stage.register();
  }

  @AfterEach
  void stop() {
    stage.close();
    relay.close();
  }

  @Test
  void aRotationThatIsKilledAtEachStepEndsAndEveryRecordOpens() {
    List<String> connections = List.of(stage.connect("ada"), stage.connect("ben"));
    killedAt("update command_state set seq", () -> stage.plane.command("rotate", LinkStage.WORKSPACE, "", Map.of()));
    awaitStates("active opens_only", "active opens_only"); // its number was not taken, so that it was given again

    killedAt("update client_keyset set state", () -> ripe(Store.CLIENT_SECRETS, "created_at"));
    killedAt("update workspace_keyset set state", () -> ripe(Store.VAULT, "created_at"));
    awaitStates("decrypt_only active", "decrypt_only active");

    killedAt("update client_secret set sealed", () -> ripe(Store.CLIENT_SECRETS, "activated_at"));
    killedAt("update client_keyset set state", () -> unusedForLong(Store.CLIENT_SECRETS));
    killedAt("update credential set sealed", () -> ripe(Store.VAULT, "activated_at"));
    killedAt("update workspace_keyset set state", () -> unusedForLong(Store.VAULT));
    awaitStates("destroyed active", "destroyed active");

    awaitReport("done");
    assertThat(stage.column(Store.VAULT, "select type from audit_event where type = 'control_command.done'")).hasSize(1);
    for (String connection : connections) {
      stage.application().accessToken(connection).expect(200);
      stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
    }
    stage.connect("cleo");
  }

  @Test
  void aRotationThatOneStoreHasBegunBeginsInTheOtherToo() {
    String connection = stage.connect("ada");
    killedAt("insert into client_keyset", () -> stage.plane.command("rotate", LinkStage.WORKSPACE, "", Map.of()));
    awaitStates("active opens_only", "active opens_only");

    ripe(Store.CLIENT_SECRETS, "created_at");
    ripe(Store.VAULT, "created_at");
    awaitStates("decrypt_only active", "decrypt_only active");
    ripe(Store.CLIENT_SECRETS, "activated_at");
    ripe(Store.VAULT, "activated_at");
    awaitStates("destroyed active", "destroyed active");
    awaitReport("done");
    stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
  }

  @Test
  void aRotationOfWhichNothingWasStoredIsNotHalfBegun() {
    stage.connect("ada");
    killedAt("insert into workspace_keyset", () -> stage.plane.command("rotate", LinkStage.WORKSPACE, "", Map.of()));
    String second = stage.plane.command("rotate", LinkStage.WORKSPACE, "", Map.of());
    awaitStates("active opens_only", "active opens_only"); // a command is carried out at most once: this is the second one's
    assertThat(stage.column(Store.VAULT, "select count(*) from workspace_keyset where keyset_version > 1")).containsExactly("1");
    assertThat(second).isNotEmpty();
  }

  @Test
  void aDeletionThatIsKilledAtEachStepEndsAndProvidersAreTold() {
    List<String> connections = List.of(stage.connect("ada"), stage.connect("ben"), stage.connect("cleo"));
    long others = rows(Store.VAULT, OTHER);
    assertThat(others).isPositive();
    stage.plane.command("delete_workspace", LinkStage.WORKSPACE, "", Map.of());
    await().atMost(LinkStage.PATIENCE).until(() -> stage.number("select count(*) from waiting_command") == 1);
    approvalIsCutOff();
    Gate answers = Gate.closed();
    stage.provider.script().next(Call.REVOKE, answerHeldBy(answers));

    killedAt("update connection set status", this::approved);
    killedAt(() -> answers.awaitArrivals(1));
    answers.open();
    killedAt("delete from connection", () -> {});
    killedAt("delete from client_secret", this::owedIsDue);
    killedAt("update workspace_deletion set completed_at", () -> {});

    awaitReport("done");
    assertThat(rows(Store.VAULT, LinkStage.WORKSPACE)).isZero();
    assertThat(rows(Store.CLIENT_SECRETS, LinkStage.WORKSPACE)).isZero();
    assertThat(rows(Store.VAULT, OTHER)).isEqualTo(others);
    assertThat(stage.provider.liveTokens().refreshTokens()).as("providers were told").isEmpty();
    assertThat(stage.application().accessToken(connections.getFirst()).status()).isEqualTo(401);
    assertThat(stage.column(Store.VAULT, "select type from audit_event where type = 'workspace.deleted'")).hasSize(1);
  }

  /** The operator's command dies with its statement on the way: nothing is begun, and it can be given again. */
  private void approvalIsCutOff() {
    relay.stallAt("insert into workspace_deletion");
    CompletableFuture<LinkStage.Ran> approving = CompletableFuture.supplyAsync(this::approve);
    relay.awaitStalled();
    relay.lose();
    assertThat(approving.join().code()).isEqualTo(1);
    assertThat(stage.number("select count(*) from workspace_deletion")).isZero();
    assertThat(stage.number("select count(*) from waiting_command")).isEqualTo(1);
  }

  private LinkStage.Ran approve() {
    UUID command = UUID.fromString(stage.column(Store.VAULT, "select command_id from waiting_command").getFirst());
    return stage.run("acme\n", "approve", new CommandId(command).toString());
  }

  private void approved() {
    LinkStage.Ran ran = approve();
    assertThat(ran.code()).as(ran.err()).isZero();
  }

  /** Begins something, kills the process when this statement of it is on its way and starts the next one. */
  private void killedAt(String statement, Runnable begin) {
    relay.stallAt(statement);
    if (!stage.isForked()) {
      stage.fork();
    }
    begin.run();
    relay.awaitStalled();
    stage.kill();
    relay.lose();
    owedIsDue();
  }

  private void killedAt(Runnable moment) {
    stage.fork();
    moment.run();
    stage.kill();
    relay.lose();
    owedIsDue();
  }

  /** What the dead had taken on is as old as it would get, and so is what is owed. */
  private void owedIsDue() {
    in(Store.VAULT, "update refresh_lease set lease_until = now() where lease_until > now()");
    in(Store.VAULT, "update revocation set next_at = now()");
    in(Store.VAULT, "update job set lease_until = now() where lease_until > now()");
  }

  /** Makes keysets of a store as old as a step demands. */
  private void ripe(Store store, String column) {
    in(store, "update " + (store == Store.VAULT ? "workspace_keyset" : "client_keyset") + " set " + column + " = " + column
        + " - interval '7 minutes'");
  }

  /** Waits until a store's keyset of before was found to be named by nothing, and lets the time pass for which that must be so. */
  private void unusedForLong(Store store) {
    String noted = "select count(*) from " + (store == Store.VAULT ? "workspace_keyset" : "client_keyset")
        + " where state = 'decrypt_only' and unused_since is not null";
    await().atMost(LinkStage.PATIENCE).until(() -> stage.column(store, noted).getFirst().equals("1"));
    ripe(store, "unused_since");
  }

  private void in(Store store, String statement) {
    try (Connection connection = stage.stores.superuser(store).getConnection(); Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Waits, with a living process, until both stores stand like this. */
  private void awaitStates(String vault, String clientSecrets) {
    if (!stage.isForked()) {
      stage.fork();
    }
    String is = " where workspace_id = '" + WorkspaceId.parse(LinkStage.WORKSPACE).value() + "' order by keyset_version";
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
      ripe(Store.VAULT, "unused_since");
      ripe(Store.CLIENT_SECRETS, "unused_since");
      assertThat(String.join(" ", stage.column(Store.VAULT, "select state from workspace_keyset" + is))).isEqualTo(vault);
      assertThat(String.join(" ", stage.column(Store.CLIENT_SECRETS, "select state from client_keyset" + is)))
          .isEqualTo(clientSecrets);
    });
  }

  private void awaitReport(String status) {
    if (!stage.isForked()) {
      stage.fork();
    }
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command"))
        .extracting(report -> report.path("status").asText()).contains(status));
  }

  /** How many rows all tables have of a workspace, without those that stay. */
  private long rows(Store store, String workspace) {
    List<String> tables = new ArrayList<>(stage.column(store,
        "select table_name from information_schema.columns where column_name = 'workspace_id'"
            + " and table_schema = 'public' and table_name in (select tablename from pg_tables)"));
    assertThat(tables).hasSizeGreaterThan(4);
    tables.removeAll(STAY);
    return tables.stream().mapToLong(table -> Long.parseLong(stage.column(store, "select count(*) from " + table
        + " where workspace_id = '" + WorkspaceId.parse(workspace).value() + "'").getFirst())).sum();
  }
}
