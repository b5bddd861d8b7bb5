package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.sandbox.Behaviours;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.WorkspaceId;

/** The command delete_workspace: approved always, carried out once, finished after a stop, and nothing comes back. */
@Tag("S71")
class WorkspaceDeletionTest {
  private static final String OTHER = "wks_01js00000ke008000000000002";
  private static final String OTHER_INTEGRATION = "int_01js00000ke008000000000002";
  private static final List<String> LEFT = List.of("audit_event", "audit_head", "audit_checkpoint", "outbox",
      "workspace_deletion", "erasure_ledger");

  @TempDir
  Path directory;

  private static String both() {
    String mine = LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request());
    String other = mine.replace(LinkStage.WORKSPACE, OTHER).replace(LinkStage.INTEGRATION, OTHER_INTEGRATION)
        .replace("\"acme\"", "\"umbrella\"").replace(LinkStage.REQUEST, "kreq_01js00000ke008000000000002");
    return "[" + mine + "," + other + "]";
  }

  private static String is(String workspace) {
    return "workspace_id = '" + WorkspaceId.parse(workspace).value() + "'";
  }

  /** How many rows each table has of a workspace, without those that stay. */
  private static long rows(LinkStage stage, Store store, String workspace) {
    List<String> tables = stage.column(store,
        "select table_name from information_schema.columns where column_name = 'workspace_id'"
            + " and table_schema = 'public' and table_name in (select tablename from pg_tables)");
    assertThat(tables).hasSizeGreaterThan(4).contains("audit_event");
    return tables.stream().filter(table -> !LEFT.contains(table))
        .mapToLong(
            table -> Long.parseLong(stage.column(store, "select count(*) from " + table + " where " + is(workspace)).getFirst()))
        .sum();
  }

  private static void awaitDeleted(LinkStage stage, String command) {
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command")).anySatisfy(report -> {
      assertThat(report.path("command").asText()).isEqualTo(command);
      assertThat(report.path("status").asText()).isEqualTo("done");
      assertThat(report.path("count").asInt()).isEqualTo(2);
    }));
  }

  private static String approved(LinkStage stage) {
    String command = stage.plane.command("delete_workspace", LinkStage.WORKSPACE, "", Map.of());
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command"))
        .anySatisfy(report -> assertThat(report.path("status").asText()).isEqualTo("waiting")));
    LinkStage.Ran ran = stage.run("acme\n", "approve", command);
    assertThat(ran.code()).as(ran.err()).isZero();
    return command;
  }

  @Test
  @Tag("S55")
  void everythingOfTheWorkspaceIsGoneAndNothingOfAnother() throws IOException {
    try (LinkStage stage = LinkStage.ready(directory, "  budget: 1000\n")) {
      stage.plane.offer(both());
      stage.awaitWaiting(3);
      String mine = stage.apiKey();
      stage.approveAll();
      stage.apiKey(mine);
      String connection = stage.connect("ada-lovelace");
      stage.connect("ben");
      stage.application().accessToken(connection).expect(200);
      await().atMost(LinkStage.PATIENCE).until(() -> stage.column(Store.VAULT, // reads are counted, and recorded a moment later
          "select type from audit_event where " + is(LinkStage.WORKSPACE)).contains("credential.read"));
      long others = rows(stage, Store.VAULT, OTHER);
      assertThat(others).isPositive();
      assertThat(stage.provider.liveTokens().refreshTokens()).hasSize(2);

      String command = approved(stage);
      stage.application().accessToken(connection).expect(401); // from the approval on, on every replica
      awaitDeleted(stage, command);

      assertThat(rows(stage, Store.VAULT, LinkStage.WORKSPACE)).isZero();
      assertThat(rows(stage, Store.CLIENT_SECRETS, LinkStage.WORKSPACE)).isZero();
      assertThat(rows(stage, Store.VAULT, OTHER)).isEqualTo(others);
      assertThat(stage.provider.liveTokens().refreshTokens()).as("providers were told").isEmpty();
      assertThat(stage.column(Store.VAULT,
          "select type from audit_event where " + is(LinkStage.WORKSPACE) + " order by seq desc limit 2"))
          .containsExactly("control_command.done", "workspace.deleted");
      assertThat(stage.column(Store.CLIENT_SECRETS, "select type from audit_event where " + is(LinkStage.WORKSPACE)
          + " order by seq desc limit 1")).containsExactly("workspace.deleted");
      assertThat(stage.column(Store.VAULT, "select convert_from(body, 'UTF8') from audit_event where " + is(LinkStage.WORKSPACE)))
          .noneSatisfy(body -> assertThat(body).contains("lovelace"));
      assertThat(stage.proxy().bean(Checkpoints.class).signAll()).isEmpty();
      statementSaysWhatRemains(stage);
      long events = stage.number("select size from audit_head where " + is(LinkStage.WORKSPACE));
      await().atMost(LinkStage.PATIENCE)
          .until(() -> stage.plane.witness().size("authpipe/authpipe/" + LinkStage.WORKSPACE) == events);
    }
  }

  private void statementSaysWhatRemains(LinkStage stage) throws IOException {
    LinkStage.Ran ran = stage.run("", "workspace", "statement", LinkStage.WORKSPACE);
    assertThat(ran.code()).as(ran.err()).isZero();
    Path statement = Files.writeString(directory.resolve("statement"), ran.out());
    LinkStage.Ran key = stage.run("", "audit", "key");
    LinkStage.Ran verified = stage.run("", "erasure", "verify", statement.toString(), "--key", key.out().strip());
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("the deletion of " + LinkStage.WORKSPACE + ", completed at", "horizon backups: 20",
        "horizon audit_log: kept", "horizon row_versions: until_overwritten", "horizon keys_in_memory: 20");
    Files.writeString(statement, ran.out().replace("\"audit_log\":\"kept\"", "\"audit_log\":\"gone\""));
    assertThat(stage.run("", "erasure", "verify", statement.toString(), "--key", key.out().strip()).code()).isEqualTo(1);
    assertThat(stage.run("", "workspace", "statement", OTHER).err()).contains("nobody asked");
  }

  @Test
  @Tag("S53")
  @Tag("S55")
  void aVaultThatComesBackWithTheWorkspaceLosesItAgainBeforeAnybodyIsServed() {
    try (LinkStage stage = LinkStage.ready(directory, "  budget: 1000\n")) {
      String connection = stage.connect("ada-lovelace");
      stage.connect("ben");
      stage.proxy().close();
      stage.stores.copy(Store.VAULT);
      stage.stores.copy(Store.CLIENT_SECRETS);
      stage.start();
      awaitDeleted(stage, approved(stage));
      stage.proxy().close();
      stage.stores.restore(Store.VAULT);
      assertThat(rows(stage, Store.VAULT, LinkStage.WORKSPACE)).as("it is back").isPositive();

      stage.start();
      assertThat(stage.application().accessToken(connection).status()).isEqualTo(401);
      await().atMost(LinkStage.PATIENCE).until(() -> rows(stage, Store.VAULT, LinkStage.WORKSPACE) == 0);
      assertThat(stage.provider.liveTokens().isEmpty()).isTrue();
      stage.proxy().close();
      theClientSecretsThatComeBackAreDeletedAgain(stage);
    }
  }

  /** The client-secrets store alone comes back, from before the deletion, which ended long ago: nobody looks after it any more. */
  private static void theClientSecretsThatComeBackAreDeletedAgain(LinkStage stage) {
    stage.sql("update workspace_deletion set completed_at = completed_at - interval '1 day'");
    for (boolean entered : new boolean[]{false, true}) {
      stage.stores.restore(Store.CLIENT_SECRETS);
      if (entered) { // by a version that brought the ledger up and nothing else
        stage.column(Store.VAULT, "select format('insert into erasure_ledger values (%L, %L, %s, %L, %L, %L, %L)', workspace_id,"
            + " erasure_id, seq, kind, subject_id, recorded_at, mac) from erasure_ledger")
            .forEach(row -> stage.sql(Store.CLIENT_SECRETS, row));
      }
      assertThat(rows(stage, Store.CLIENT_SECRETS, LinkStage.WORKSPACE)).as("it is back").isPositive();
      stage.start();
      assertThat(rows(stage, Store.CLIENT_SECRETS, LinkStage.WORKSPACE)).as("before anybody is served").isZero();
      assertThat(stage.column(Store.CLIENT_SECRETS, "select type from audit_event where " + is(LinkStage.WORKSPACE)
          + " order by seq desc limit 1")).containsExactly("workspace.deleted_again");
      assertThat(stage.column(Store.CLIENT_SECRETS, "select kind from erasure_ledger")).containsExactly("workspace");
      stage.proxy().close();
    }
  }

  @Test
  void theFeedDoesNotBringItBackWhateverTheTrust() {
    try (LinkStage stage = new LinkStage(directory, "  trust: everything\n  budget: 1000\n", OutboxSettings.usual())) {
      assertThat(stage.enrol().code()).isZero();
      stage.start();
      stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
      stage.awaitWaiting(1);
      stage.approveAll();
      stage.register();
      stage.connect("ada-lovelace");
      stage.connect("ben");
      String command = approved(stage);
      awaitDeleted(stage, command);
      Configuration configuration = stage.proxy().bean(Configuration.class);
      await().atMost(LinkStage.PATIENCE).until(() -> configuration.workspaceNamed("acme").isEmpty());
      stage.plane.offer(both());
      await().atMost(LinkStage.PATIENCE).until(() -> configuration.workspaceNamed("umbrella").isPresent());
      assertThat(configuration.workspaceNamed("acme")).isEmpty();
      stage.restart(false);
      assertThat(stage.proxy().bean(Configuration.class).workspaceNamed("acme")).isEmpty();
      assertThat(stage.proxy().bean(Approvals.class).list()).noneMatch(one -> one.proposal().workspace().toString()
          .equals(LinkStage.WORKSPACE));
      assertThat(rows(stage, Store.VAULT, LinkStage.WORKSPACE)).isZero();
    }
  }

  @Test
  void aProxyThatWasStoppedGoesOnAndProvidersGetADayAtMost() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada-lovelace");
      stage.connect("ben");
      stage.provider.script().always(Call.REVOKE, Behaviours.answersStatus(503));
      stage.proxy().close();
      String command = approvedWhileDown(stage);
      stage.start();
      assertThat(stage.application().accessToken(connection).status()).isEqualTo(401);
      await().atMost(LinkStage.PATIENCE)
          .until(() -> stage.number("select count(*) from connection where " + is(LinkStage.WORKSPACE)) == 0);
      assertThat(stage.number("select count(*) from revocation where state = 'pending' and sealed is not null and "
          + is(LinkStage.WORKSPACE))).as("owed, sealed").isEqualTo(2);
      stage.proxy().close();
      stage.start();
      assertThat(stage.number("select count(*) from workspace_keyset where " + is(LinkStage.WORKSPACE)))
          .as("not before providers had their time")
          .isPositive();
      assertThat(rows(stage, Store.CLIENT_SECRETS, LinkStage.WORKSPACE)).as("nor the secret that tells them").isPositive();
      stage.sql("update workspace_deletion set requested_at = requested_at - interval '25 hours'");
      awaitDeleted(stage, command);
      assertThat(rows(stage, Store.VAULT, LinkStage.WORKSPACE)).isZero();
      assertThat(stage.column(Store.VAULT, "select convert_from(body, 'UTF8') from audit_event where type = 'workspace.deleted'"))
          .singleElement().satisfies(body -> assertThat(body).contains("\"pending\":2"));
    }
  }

  /** The command comes, waits and is approved by a proxy that stops right after; its row is what the next one finds. */
  private static String approvedWhileDown(LinkStage stage) {
    String command = stage.plane.command("delete_workspace", LinkStage.WORKSPACE, "", Map.of());
    stage.start();
    await().atMost(LinkStage.PATIENCE).until(() -> stage.number("select count(*) from waiting_command") == 1);
    stage.proxy().close();
    LinkStage.Ran ran = stage.run("acme\n", "approve", command);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(stage.run("acme\n", "approve", command).code()).as("a second time").isEqualTo(1);
    assertThat(stage.number("select count(*) from connection where status = 'active'")).as("only begun").isEqualTo(2);
    return command;
  }

  @Test
  @Tag("S2")
  void aRowThatSomebodyWroteDeletesNothing() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada-lovelace");
      stage.sql("insert into workspace_deletion (workspace_id, command_id, connections, mac) values ('"
          + WorkspaceId.parse(LinkStage.WORKSPACE).value() + "', gen_random_uuid(), 0, decode('" + "00".repeat(37)
          + "', 'hex'))");
      int beats = stage.plane.bodies("/link/v1/heartbeat").size();
      await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.bodies("/link/v1/heartbeat").size() > beats + 8); // several rounds
      stage.application().accessToken(connection).expect(200);
      assertThat(stage.number("select count(*) from connection where status = 'active'")).isEqualTo(1);
    }
  }
}
