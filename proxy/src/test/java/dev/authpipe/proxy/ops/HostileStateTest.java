package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.report.Outbox;
import dev.authpipe.testkit.http.Answer;

/** What a hostile control plane would like to leave behind: rules that undo others, numbers that shut out, heaps that grow. */
class HostileStateTest {
  private static final String SCOPES = "\"scopes\":[\"connect\",\"connections:read\",\"tokens:read\",\"proxy\"],\"disabled\":";
  private static final String OTHER = "wks_01js00000ke008000000000002";

  @TempDir
  Path directory;
  private LinkStage stage;
  private String connection = "";
  private String key = "";

  @BeforeEach
  void start() {
    stage = LinkStage.ready(directory, "");
    connection = stage.connect("ada");
    await().atMost(LinkStage.PATIENCE).until(() -> !stage.plane.reports("api_key").isEmpty());
    key = stage.plane.reports("api_key").getFirst().path("key").asText();
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  private static String mine(String rules) {
    return LinkStage.workspace(LinkStage.integration("c"), rules, LinkStage.request());
  }

  private static String other(String rules) {
    return LinkStage.workspace("", rules, "").replace(LinkStage.WORKSPACE, OTHER).replace("\"acme\"", "\"umbrella\"");
  }

  private void offered(String workspaces) {
    long version = stage.plane.offer(workspaces);
    long polls = stage.plane.arrivals("/link/v1/feed");
    // Thousands of rules take a slow machine longer than a step of the link does.
    await().atMost(LinkStage.PATIENCE.multipliedBy(4)).until(() -> stage.proxy().bean(Approvals.class).feedVersion() >= version
        && stage.plane.arrivals("/link/v1/feed") > polls + 2);
  }

  @Test
  @Tag("S71")
  void aRuleInAnotherWorkspaceGivesBackNothing() {
    String disabled = mine(LinkStage.key(key, SCOPES + "true"));
    offered("[" + disabled + "," + other("") + "]");
    stage.awaitWaiting(1);
    assertThat(stage.run("", "approve", "--all").code()).isZero();
    await().atMost(LinkStage.PATIENCE).until(() -> stage.application().accessToken(connection).status() == 401);
    offered("[" + disabled + "," + other(LinkStage.key(key, SCOPES + "false")) + "]");
    stage.application().accessToken(connection).expect(401);
    stage.restart(false);
    stage.application().accessToken(connection).expect(401);
  }

  @Test
  @Tag("S71")
  void rulesAboutKeysThatNobodyMadeDoNotPileUpAndShutNothingOut() {
    for (int round = 0; round < 2; round++) {
      int from = round * 6_000;
      offered("[" + mine(IntStream.range(from, from + 6_000)
          .mapToObj(i -> LinkStage.key("key_01js00000ke00800" + String.format("%010d", i), SCOPES + "false"))
          .collect(Collectors.joining(","))) + "]");
    }
    assertThat(stage.number("select max(length(document)) from linked_workspace")).isLessThan(10_000);
    offered("[" + mine(LinkStage.key(key, SCOPES + "true")) + "]");
    await().atMost(LinkStage.PATIENCE).until(() -> stage.application().accessToken(connection).status() == 401);
  }

  @Test
  @Tag("S74")
  void aLeapToTheLastNumberShutsNothingOut() {
    long before = stage.proxy().bean(Approvals.class).feedVersion();
    stage.plane.script("/link/v1/feed",
        exchange -> exchange.answer(Answer.json(200, stage.plane.document(Long.MAX_VALUE, "[" + mine("") + "]"))));
    long polls = stage.plane.arrivals("/link/v1/feed");
    await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.arrivals("/link/v1/feed") > polls + 2);
    assertThat(stage.proxy().bean(Approvals.class).feedVersion()).isEqualTo(before);
    stage.plane.script("/link/v1/feed", null);
    offered("[" + mine(LinkStage.key(key, SCOPES + "false")) + "]");

    String first = stage.plane.command("probe", LinkStage.WORKSPACE, connection, Map.of());
    awaitCommand(first, "done");
    stage.plane.command("disconnect", LinkStage.WORKSPACE, connection, Map.of("seq", Long.MAX_VALUE));
    String next = stage.plane.command("probe", LinkStage.WORKSPACE, connection, Map.of());
    awaitCommand(next, "done");
    stage.application().accessToken(connection).expect(200);
  }

  @Test
  @Tag("S71")
  void noMoreThanFiftyCommandsOfAWorkspaceWait() {
    for (int i = 0; i < 55; i++) {
      stage.plane.command("delete_workspace", LinkStage.WORKSPACE, "", Map.of());
    }
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command"))
        .filteredOn(report -> report.path("reason").asText().equals("too_many_wait")).hasSize(5));
    assertThat(stage.number("select count(*) from waiting_command")).isEqualTo(50);
  }

  @Test
  @Tag("S73")
  void reportsGoOnFromTheNumberThatIsWantedWhicheverSideForgot() {
    for (long wanted : new long[]{0, 7_000_000_000L, 3}) {
      stage.plane.script("/link/v1/reports", exchange -> exchange.answer(Answer.json(200, "{\"v\":1,\"next\":" + wanted + "}")));
      long posts = stage.plane.arrivals("/link/v1/reports");
      stage.connect("user" + wanted);
      await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.arrivals("/link/v1/reports") > posts + 1);
    }
    stage.plane.script("/link/v1/reports", null);
    String last = stage.connect("last");
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
      assertThat(stage.plane.reports("connection"))
          .anySatisfy(one -> assertThat(one.path("connection").asText()).isEqualTo(last));
      assertThat(stage.proxy().bean(Outbox.class).size()).isZero();
    });
    assertThat(stage.plane.reports("lost")).isEmpty();
  }

  private void awaitCommand(String command, String status) {
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command")).anySatisfy(report -> {
      assertThat(report.path("command").asText()).isEqualTo(command);
      assertThat(report.path("status").asText()).isEqualTo(status);
    }));
  }
}
