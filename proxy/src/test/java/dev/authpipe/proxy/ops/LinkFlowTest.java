package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.report.Outbox;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.link.ScriptedControlPlane;
import dev.authpipe.wire.CheckpointBatch;
import dev.authpipe.wire.Enrolment;
import dev.authpipe.wire.Heartbeat;
import dev.authpipe.wire.NextIdentity;
import dev.authpipe.wire.ReportBatch;

/** The link with a control plane that keeps its rules: enrolment, approval, reports, commands, independence. */
class LinkFlowTest {
  @TempDir
  Path directory;

  @Test
  @Tag("S71")
  void whatTheControlPlaneWantsComesIntoForceOnceItIsApprovedAndTheKeyIsShownOnlyHere() throws Exception {
    try (LinkStage stage = new LinkStage(directory, "", new OutboxSettings(100_000, Duration.ofMillis(200)))) {
      assertThat(stage.enrol().out()).contains(stage.plane.dataPlane());
      assertThat(Files.getPosixFilePermissions(directory.resolve("data/link.p12")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      stage.start();
      stage.plane.offer(
          "[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
      stage.awaitWaiting(3);
      assertThat(stage.proxy().bean(Configuration.class).workspaces()).as("nothing is in force").isEmpty();
      LinkStage.Ran listed = stage.run("", "approve");
      assertThat(listed.out()).contains("the workspace itself: add", "\"client_id\":\"c\"",
          "a new API key (" + LinkStage.REQUEST + ")");
      assertThat(stage.run("", "doctor").out()).contains("3 changes and commands wait");
      stage.approveAll();
      assertThat(stage.apiKey()).startsWith("ap_sk_");
      assertThat(stage.run("", "approve").out()).contains("nothing waits");
      stage.register();
      String connection = stage.connect("ada@example.com");
      stage.application().accessToken(connection).expect(200);

      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
        assertThat(stage.plane.reports("connection")).anySatisfy(report -> {
          assertThat(report.path("connection").asText()).isEqualTo(connection);
          assertThat(report.path("integration").asText()).isEqualTo(LinkStage.INTEGRATION);
          assertThat(report.path("state").asText()).isEqualTo("active");
        });
        assertThat(stage.plane.reports("api_key")).singleElement()
            .satisfies(report -> assertThat(report.path("request").asText()).isEqualTo(LinkStage.REQUEST));
        assertThat(stage.plane.reports("client_secret")).isNotEmpty();
        assertThat(statuses(stage.plane.reports("change"))).contains("waiting", "approved");
        assertThat(stage.plane.reports("usage"))
            .anySatisfy(report -> assertThat(report.path("token_reads").asLong()).isEqualTo(1));
      });
    }
  }

  @Test
  @Tag("S72")
  void everythingThatIsSentIsOfTheSchemaAndHoldsNoSecretAndNoPerson() throws Exception {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada.canary@example.com");
      String accessToken = stage.application().accessToken(connection).expect(200).json().path("access_token").asText();
      stage.application().proxied(connection, "/me").expect(200);
      stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
      stage.application().accessToken("conn_01js00000ke008000000000009").expect(404);
      stage.application().send("DELETE", "/v1/end-users/ada.canary@example.com").expect(202);
      String other = stage.connect("ben.canary@example.com");
      stage.application().send("DELETE", "/v1/connections/" + other + "?purge=true").expect(200);
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
        assertThat(stage.plane.reports("erasure")).isNotEmpty();
        assertThat(statuses(stage.plane.reports("connection"))).contains("active", "purged");
        assertThat(stage.plane.reports("usage")).isNotEmpty();
        assertThat(stage.plane.bodies("/link/v1/heartbeat")).isNotEmpty();
        assertThat(stage.proxy().bean(Checkpoints.class).signAll()).isEmpty();
        assertThat(stage.plane.bodies("/link/v1/checkpoints")).isNotEmpty();
      });
      Map<String, Class<? extends Record>> schema = Map.of("/link/v1/enrol", Enrolment.class, "/link/v1/reports",
          ReportBatch.class,
          "/link/v1/heartbeat", Heartbeat.class, "/link/v1/identity", NextIdentity.class, "/link/v1/checkpoints",
          CheckpointBatch.class);
      assertThat(schema.keySet()).containsAll(stage.plane.bodies().keySet());
      stage.plane.bodies().forEach((path, bodies) -> bodies.forEach(body -> {
        LinkJson.read(java.util.Objects.requireNonNull(schema.get(path)), body.getBytes(StandardCharsets.UTF_8));
        assertThat(body).doesNotContain("canary", "example.com", "127.0.0.1", "Acme");
        for (String secret : List.of(accessToken, stage.apiKey(), stage.clientSecret.reveal())) {
          assertThat(CanaryText.of(secret).search(body)).isEmpty();
        }
      }));
      stage.plane.server().requests().forEach(request -> assertThat(new String(request.head(), StandardCharsets.ISO_8859_1))
          .matches(
              "(?s)(GET|POST) /link/v1/(enrol|identity|feed\\?after=\\d+&wait=\\d+|commands\\?after=\\d+&wait=\\d+|reports|checkpoints|heartbeat) HTTP/1.1\r\n.*")
          .doesNotContain("canary", accessToken));
    }
  }

  @Test
  @Tag("S73")
  void withoutTheControlPlaneTheProxyStartsServesAndCatchesUpWithoutALoss() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String before = stage.connect("ada");
      await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.reports("connection").size() >= 1);
      stage.plane.server().refuseConnections();
      stage.restart();
      stage.application().accessToken(before).expect(200);
      List<String> made = List.of(stage.connect("ben"), stage.connect("cleo"), stage.connect("dan"));
      assertThat(stage.proxy().bean(Outbox.class).size()).isGreaterThanOrEqualTo(3);
      stage.plane.server().acceptConnections();
      await().atMost(LinkStage.PATIENCE)
          .untilAsserted(() -> assertThat(stage.plane.reports("connection")).extracting(r -> r.path("connection").asText())
              .containsAll(made));
      await().atMost(LinkStage.PATIENCE).until(() -> stage.proxy().bean(Outbox.class).size() == 0);
      assertThat(stage.proxy().bean(Outbox.class).lost()).isZero();
      assertThat(stage.plane.reports("lost")).isEmpty();
    }
  }

  @Test
  @Tag("S73")
  void aFullOutboxDropsAndCounts() {
    try (LinkStage stage = new LinkStage(directory, "", new OutboxSettings(3, Duration.ofMinutes(1)))) {
      assertThat(stage.enrol().code()).isZero();
      stage.plane.script("/link/v1/reports", exchange -> exchange.answer(Answer.of(503)));
      stage.start();
      stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
      stage.awaitWaiting(3);
      stage.approveAll();
      stage.register();
      Outbox outbox = stage.proxy().bean(Outbox.class);
      for (int i = 0; i < 4; i++) {
        stage.connect("user" + i);
      }
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(outbox.lost()).isPositive());
      stage.plane.script("/link/v1/reports", null);
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> {
        assertThat(outbox.size()).isZero();
        assertThat(stage.plane.reports("lost").stream().mapToLong(r -> r.path("count").asLong()).sum()).isEqualTo(outbox.lost());
      });
    }
  }

  @Test
  @Tag("S71")
  void keysAreNarrowedAtOnceAndGivenBackOnlyByApproval() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      String connection = stage.connect("ada");
      String key = stage.run("", "api-key", "list", "--json").json().at("/data/0/id").asText();
      String all = "\"scopes\":[\"connect\",\"connections:read\",\"tokens:read\",\"proxy\"],\"disabled\":";
      stage.plane.offer(
          "[" + LinkStage.workspace(LinkStage.integration("c"), LinkStage.key(key, all + "true"), LinkStage.request()) + "]");
      await().atMost(LinkStage.PATIENCE).until(() -> stage.application().accessToken(connection).status() == 401);
      stage.plane.offer(
          "[" + LinkStage.workspace(LinkStage.integration("c"), LinkStage.key(key, all + "false"), LinkStage.request()) + "]");
      stage.awaitWaiting(1);
      stage.application().accessToken(connection).expect(401);
      stage.approveAll();
      await().atMost(LinkStage.PATIENCE).until(() -> stage.application().accessToken(connection).status() == 200);
      stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(403); // a scope that the rule leaves out
    }
  }

  @Test
  @Tag("S74")
  void commandsAreCarriedOutOnceWithinTheBudgetAndWaitBeyondIt() {
    try (LinkStage stage = LinkStage.ready(directory, "  budget: 2\n")) {
      List<String> connections = List.of(stage.connect("ada"), stage.connect("ben"), stage.connect("cleo"), stage.connect("dan"));
      String probe = stage.plane.command("probe", LinkStage.WORKSPACE, connections.getFirst(), Map.of());
      awaitCommand(stage, probe, "done");
      stage.plane.commands().addForged("disconnect", LinkStage.WORKSPACE, connections.getFirst());
      String late = stage.plane.command("disconnect", LinkStage.WORKSPACE, connections.getFirst(),
          Map.of("expires_at", "2020-01-01T00:00:00.000Z"));
      awaitCommand(stage, late, "expired");
      String unknown = stage.plane.command("send_secrets", LinkStage.WORKSPACE, "", Map.of());
      awaitCommand(stage, unknown, "refused");
      String foreign = stage.plane.command("disconnect", "wks_01js00000ke008000000000009", connections.getFirst(), Map.of());
      awaitCommand(stage, foreign, "refused");
      stage.application().accessToken(connections.getFirst()).expect(200);

      String one = stage.plane.command("disconnect", LinkStage.WORKSPACE, connections.getFirst(), Map.of());
      awaitCommand(stage, one, "done");
      assertThat(stage.application().accessToken(connections.getFirst()).status()).isEqualTo(424);
      String many = stage.plane.command("revoke_all", LinkStage.WORKSPACE, "", Map.of());
      awaitCommand(stage, many, "waiting");
      stage.application().accessToken(connections.get(1)).expect(200);
      stage.plane.commands().replay();
      assertThat(stage.run("other\n", "approve", many).code()).as("the name of another workspace").isEqualTo(1);
      stage.application().accessToken(connections.get(1)).expect(200);
      LinkStage.Ran approved = stage.run("acme\n", "approve", many);
      assertThat(approved.code()).as(approved.err()).isZero();
      assertThat(stage.application().accessToken(connections.get(1)).status()).isEqualTo(424);
      assertThat(stage.run("acme\n", "approve", many).code()).as("a second time").isEqualTo(1);
      awaitCommand(stage, many, "done");
      assertThat(stage.plane.reports("command")).filteredOn(r -> r.path("command").asText().equals(one)).hasSize(1);
    }
  }

  @Test
  @Tag("S50")
  void connectionsThatEndTogetherDoNotSpareEachOthersGrant() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      stage.connect("ada");
      stage.connect("ben"); // with the same account at the provider
      assertThat(stage.provider.liveTokens().refreshTokens()).hasSize(2);
      awaitCommand(stage, stage.plane.command("revoke_all", LinkStage.WORKSPACE, "", Map.of()), "done");
      assertThat(stage.provider.liveTokens().refreshTokens()).isEmpty();
    }
  }

  @Test
  @Tag("S2")
  void whatSomebodyWritesIntoTheStoreDoesNotComeIntoForce() {
    try (LinkStage stage = LinkStage.ready(directory, "")) {
      stage.sql("update linked_workspace set document = replace(document, '\"client_id\":\"c\"', '\"client_id\":\"evil\"')");
      stage.sql("update feed_state set revision = revision + 1");
      await().atMost(LinkStage.PATIENCE).until(() -> stage.proxy().bean(Configuration.class).workspaces().isEmpty());
      stage.sql("update linked_workspace set document = replace(document, '\"client_id\":\"evil\"', '\"client_id\":\"c\"')");
      stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("other"), "", LinkStage.request()) + "]");
      stage.awaitWaiting(1);
      stage.sql("update waiting_change set after = '\"evil\"'");
      assertThat(stage.run("", "approve").out()).contains("nothing waits");
    }
  }

  @Test
  void aWorkspaceOfAnotherRegionCannotBeApproved() {
    try (LinkStage stage = new LinkStage(directory, "", OutboxSettings.usual())) {
      assertThat(stage.enrol().code()).isZero();
      stage.start();
      stage.plane.offer("[" + LinkStage.workspace("", "", "").replace("\"eu\"", "\"us\"") + "]");
      stage.awaitWaiting(1);
      LinkStage.Ran ran = stage.run("", "approve", "--all");
      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.out()).contains("of region us, which control_plane.regions does not name");
      assertThat(stage.run("", "approve", "--all", "--refuse").code()).isZero();
      assertThat(stage.proxy().bean(Approvals.class).count()).isZero();
      assertThat(stage.proxy().bean(Configuration.class).workspaces()).isEmpty();
    }
  }

  @Test
  @Tag("S74")
  void aCodeIsGoodForItsControlPlaneOnlyAndAKeyIsRenewedWithoutANewOne() {
    try (LinkStage stage = new LinkStage(directory, "", OutboxSettings.usual());
        ScriptedControlPlane impostor = ScriptedControlPlane.start(Clock.systemUTC())) {
      LinkStage.Ran wrong = stage.run(impostor.enrolmentCode(), "enrol");
      assertThat(wrong.code()).isEqualTo(1);
      assertThat(stage.plane.bodies()).as("nothing was sent to a server that is not the one in the code").isEmpty();
      assertThat(stage.run("nonsense", "enrol").err()).contains("begins with ap_enrol_").doesNotContain("nonsense");
      assertThat(stage.enrol().code()).isZero();
      stage.start();
      String first = stage.plane.identities().getFirst();
      LinkStage.Ran renewed = stage.run("", "enrol", "--renew", "--json");
      assertThat(renewed.code()).as(renewed.err()).isZero();
      String next = renewed.json().path("identity").asText();
      assertThat(next).isNotEqualTo(first);
      await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.identities()).containsExactly(next));
    }
  }

  @Test
  void trustIsShownAsWhatItIs() {
    try (LinkStage stage = new LinkStage(directory, "  trust: everything\n", OutboxSettings.usual())) {
      assertThat(stage.enrol().code()).isZero();
      stage.start();
      stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
      await().atMost(LinkStage.PATIENCE).until(() -> stage.proxy().bean(Configuration.class).workspaceNamed("acme").isPresent());
      stage.awaitWaiting(1); // the key is still the operator's to see
      assertThat(stage.run("", "doctor").out()).contains("the promise S70 is void");
    }
  }

  private static void awaitCommand(LinkStage stage, String command, String status) {
    await().atMost(LinkStage.PATIENCE).untilAsserted(() -> assertThat(stage.plane.reports("command"))
        .anySatisfy(report -> {
          assertThat(report.path("command").asText()).isEqualTo(command);
          assertThat(report.path("status").asText()).isEqualTo(status);
        }));
  }

  private static List<String> statuses(List<JsonNode> reports) {
    return StreamSupport.stream(reports.spliterator(), false).map(r -> r.path("status").asText()).toList();
  }
}
