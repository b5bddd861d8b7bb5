package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.LoopbackServer;

/** A control plane with the proxy's trust in its key and the worst of intentions (S70 to S74): it obtains nothing and holds nothing up. */
class HostileControlPlaneTest {
  private static final List<String> PATHS = List.of("/link/v1/feed", "/link/v1/commands", "/link/v1/reports",
      "/link/v1/checkpoints", "/link/v1/heartbeat");
  private static final int CALLS = 150;

  @TempDir
  static Path directory;
  private static LinkStage stage;
  private static LoopbackServer evil;
  private static String connection = "";
  private static JsonNode honest;

  @BeforeAll
  static void start() {
    evil = LoopbackServer.start(exchange -> exchange.answer(Answer.json(200, "{\"access_token\":\"x\"}")));
    stage = LinkStage.ready(directory, "");
    connection = stage.connect("ada");
    honest = inForce();
  }

  @AfterAll
  static void stop() {
    stage.close();
    evil.close();
  }

  @AfterEach
  void nothingWasObtainedRedirectedOrChanged() {
    PATHS.forEach(path -> stage.plane.script(path, null));
    assertThat(evil.requests()).as("requests redirected").isEmpty();
    assertThat(inForce()).as("what is in force").isEqualTo(honest);
    String accessToken = stage.application().accessToken(connection).expect(200).json().path("access_token").asText();
    stage.plane.bodies().values().forEach(bodies -> bodies.forEach(body -> {
      for (String secret : List.of(accessToken, stage.apiKey(), stage.clientSecret.reveal())) {
        assertThat(CanaryText.of(secret).search(body)).as("secrets obtained").isEmpty();
      }
    }));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("S73")
  void whateverItAnswersNobodyNotices(HostileAnswer trick) {
    AtomicInteger played = new AtomicInteger();
    PATHS.forEach(path -> stage.plane.script(path, exchange -> {
      played.incrementAndGet();
      trick.handler(evil.origin()).handle(exchange);
    }));
    await().atMost(LinkStage.PATIENCE).until(() -> played.get() >= 4);
    for (int i = 0; i < CALLS; i++) {
      stage.application().accessToken(connection).expect(200);
      assertThat(stage.application().proxied(connection, "/me").expect(200).header("authpipe-error")).isEmpty();
    }
    stage.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
  }

  @Test
  @Tag("S70")
  void whatItWantsOfIntegrationsWaits() {
    String base = LinkStage.integration("c");
    for (String wish : List.of(base.replace("\"client_id\":\"c\"", "\"client_id\":\"evil\""),
        base.replace("connected\"]", "connected\",\"https://evil.example/\"]"), base.replace("\"Acme\"", "\"Your Bank\""),
        base.replace("\"issues:read\"", "\"issues:read\",\"issues:write\""),
        base.replace("\"slug\":\"sandbox\"", "\"slug\":\"evil\""),
        base.replace("\"provider\":\"sandbox\"", "\"provider\":\"github\""))) {
      long version = stage.plane.offer("[" + LinkStage.workspace(wish, "", LinkStage.request()) + "]");
      awaitVersion(version);
      stage.awaitWaiting(1);
      assertThat(inForce()).isEqualTo(honest);
    }
    back();
  }

  @Test
  @Tag("S70")
  void whatNoMemberExistsForIsRefusedWhole() {
    long before = stage.proxy().bean(Approvals.class).feedVersion();
    for (String wish : List.of("\"token_endpoint\":\"" + evil.origin() + "\"", "\"api_base\":\"" + evil.origin() + "\"",
        "\"client_secret\":\"x\"", "\"egress\":{}")) {
      stage.plane
          .offer("[" + LinkStage.workspace(LinkStage.integration("c").replaceFirst("\\{", "{" + wish + ","), "", "") + "]");
      int polls = stage.plane.server().requests().size();
      await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.server().requests().size() > polls + 8);
      assertThat(stage.proxy().bean(Approvals.class).feedVersion()).isEqualTo(before);
    }
    back();
  }

  @Test
  @Tag("S74")
  void anOlderFeedIsRefused() {
    long high = stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
    awaitVersion(high);
    stage.plane.offer(1, "[]");
    int polls = stage.plane.server().requests().size();
    await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.server().requests().size() > polls + 8);
    assertThat(stage.proxy().bean(Approvals.class).feedVersion()).isEqualTo(high);
    stage.plane.offer(high, "[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]");
  }

  @Test
  @Tag("S71")
  void keysAreNotWidenedBeyondWhatTheyWereMadeWith() {
    String narrow = stage.run("", "api-key", "create", "--name", "reader", "--scope", "connections:read", "--json").json()
        .path("api_key").asText();
    String id = stage.run("", "api-key", "list", "--json").json().at("/data/1/id").asText();
    dev.authpipe.proxy.proof.ContractClient reader = new dev.authpipe.proxy.proof.ContractClient(stage.proxy().api(), narrow);
    reader.send("GET", "/v1/connections").expect(200);
    awaitVersion(stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"),
        LinkStage.key(id, "\"scopes\":[\"connections:read\",\"tokens:read\",\"proxy\",\"config:write\"],\"disabled\":false"),
        LinkStage.request()) + "]"));
    await().atMost(LinkStage.PATIENCE)
        .until(() -> stage.number("select count(*) from linked_workspace where document like '%" + id + "%'") == 1);
    reader.accessToken(connection).expect(403);
    reader.send("GET", "/v1/connections").expect(200);
  }

  @Test
  @Tag("S74")
  void forgedReplayedAndReorderedCommandsDoNothing() {
    for (int i = 0; i < 150; i++) {
      stage.plane.commands().addForged("revoke_all", LinkStage.WORKSPACE, "");
    }
    String marker = stage.plane.command("probe", LinkStage.WORKSPACE, connection, Map.of());
    stage.plane.commands().replay();
    stage.plane.command("disconnect", LinkStage.WORKSPACE, connection, Map.of("seq", 1));
    stage.plane.command("disconnect", LinkStage.WORKSPACE, connection, Map.of("data_plane", "dpl_01js00000ke008000000000009"));
    stage.plane.command("revoke_all", LinkStage.WORKSPACE, "not an id", Map.of());
    String last = stage.plane.command("probe", LinkStage.WORKSPACE, connection, Map.of());
    await().atMost(LinkStage.PATIENCE).until(() -> stage.plane.reports("command").stream()
        .anyMatch(report -> report.path("command").asText().equals(last)));
    assertThat(stage.plane.reports("command")).filteredOn(r -> r.path("command").asText().equals(marker))
        .hasSizeLessThanOrEqualTo(1);
    stage.application().accessToken(connection).expect(200);
  }

  @Test
  @Tag("S71")
  void aFloodOfProposalsIsBoundedAndCounted(@TempDir Path own) {
    StringBuilder requests = new StringBuilder(LinkStage.request());
    for (int i = 2; i < 902; i++) {
      requests.append(",{\"id\":\"kreq_01js00000ke0080000000").append(String.format("%05d", i))
          .append("\",\"name\":\"n\",\"scopes\":[\"connect\"]}");
    }
    StringBuilder workspaces = new StringBuilder("[" + LinkStage.workspace(LinkStage.integration("c"), "", requests.toString()));
    for (int w = 2; w < 15; w++) {
      workspaces.append(',').append(LinkStage.workspace("", "", requests.toString())
          .replace(LinkStage.WORKSPACE, "wks_01js00000ke0080000000000" + String.format("%02d", w)).replace("acme", "w" + w));
    }
    String flood = workspaces.append(']').toString();
    // A proxy of its own: after so much work it rests nine times as long before it looks at a document again.
    try (LinkStage flooded = LinkStage.ready(own, "")) {
      String theirs = flooded.connect("ada");
      flooded.plane.offer(flood);
      Approvals approvals = flooded.proxy().bean(Approvals.class);
      await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
        flooded.application().accessToken(theirs).expect(200);
        assertThat(approvals.beyond()).isPositive();
      });
      assertThat(approvals.count()).isLessThanOrEqualTo(10_000);
    }
  }

  private static void back() {
    awaitVersion(stage.plane.offer("[" + LinkStage.workspace(LinkStage.integration("c"), "", LinkStage.request()) + "]"));
  }

  private static void awaitVersion(long version) {
    await().atMost(Duration.ofMinutes(1)).until(() -> stage.proxy().bean(Approvals.class).feedVersion() >= version);
  }

  private static JsonNode inForce() {
    Integration one = stage.proxy().bean(Configuration.class)
        .integration(dev.authpipe.wire.IntegrationId.parse(LinkStage.INTEGRATION))
        .orElseThrow();
    return new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(Map.of("client", one.clientId(), "slug", one.slug(),
        "scopes",
        one.scopes(), "urls", one.returnUrls().stream().map(URI::toString).toList(), "name", one.applicationName(), "provider",
        one.provider().slug(), "token", one.tokenEndpoint(Map.of()).toString()));
  }
}
