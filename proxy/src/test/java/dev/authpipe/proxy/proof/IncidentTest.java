package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.GrantSummary;
import dev.authpipe.testkit.sandbox.RefreshRotation;
import dev.authpipe.testkit.sandbox.RevocationReach;
import dev.authpipe.tlog.LogFormatException;
import dev.authpipe.tlog.SignedDocument;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;

/** Incidents: every connection revoked or renewed, with progress, retries and a signed report, and nothing of anybody else's. */
@Tag("S50")
class IncidentTest {
  private static final int MANY = Integer.getInteger("authpipe.incident.connections", 120);

  private static ProxyFixture proxy;
  private static IncidentStage stage;
  private int grantsBefore;

  @TempDir
  Path directory;

  @BeforeAll
  static void start() throws Exception {
    String strict = Files.readString(Path.of("src/main/resources/catalog/sandbox-strict.yaml"));
    String single = strict.replace("provider: sandbox-strict", "provider: sandbox-single")
        .replace("  invalidates_access_token: true\n", "").replace("revokes: grant", "revokes: token");
    proxy = ProxyFixture.with().providerDirectory(Map.of("single-token.yaml", single)).integrations(List.of("sandbox-single"))
        .settings("jobs: {incidents: 1 s}\n")
        .start();
    stage = new IncidentStage(proxy.deployment(), proxy.application());
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @BeforeEach
  void remember() {
    grantsBefore = proxy.provider().grants().size();
  }

  /** Ends what is left, by an API key of its own: each may destroy ten times a minute. */
  @AfterEach
  void clean() {
    proxy.provider().script().clear();
    IncidentStage cleaning = new IncidentStage(proxy.deployment(), proxy.callerWith("incident", "audit:read"));
    cleaning.retried(cleaning.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText());
    proxy.deployment().providerSettings().rotation(RefreshRotation.none()).revocationReach(RevocationReach.GRANT);
  }

  @Test
  void everyConnectionIsRevokedAtItsProviderAndTheReportSaysSo() {
    String foreign = proxy.connectForeignUser("not-theirs");
    List<String> mine = new ArrayList<>(stage.imported("sandbox", MANY));
    mine.addAll(stage.importedKeys(3));
    proxy.application().send("POST", "/v1/workspaces/" + stage.workspace() + "/revoke-all", Map.of("confirm", "globex"))
        .expect(422);
    assertThat(proxy.application().accessToken(mine.getFirst()).status()).isEqualTo(200);

    Instant began = Instant.now();
    String id = stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
    assertThat(stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText()).isEqualTo(id);
    stage.await(id, Duration.ofMinutes(10), one -> one.path("done").asInt() == MANY + 3);
    System.err.printf("incident: %,d connections revoked in %,d ms%n", MANY, Duration.between(began, Instant.now()).toMillis());
    JsonNode done = stage.completed(id);
    assertThat(done.path("connections").asInt()).isEqualTo(MANY + 3);
    assertThat(done.path("done").asInt()).isEqualTo(MANY + 3);
    assertThat(done.at("/outcomes/confirmed").asInt()).isEqualTo(MANY);
    assertThat(done.at("/outcomes/not_supported").asInt()).isEqualTo(3);

    assertThat(own("sandbox")).hasSize(MANY).allMatch(GrantSummary::revoked);
    assertThat(proxy.application().accessToken(mine.getLast()).expect(424).json().path("code").asText())
        .isEqualTo("disconnected");
    assertThat(proxy.stranger().accessToken(foreign).status()).isEqualTo(200);
    assertThat(events(id)).containsExactly("incident.completed", "incident.started");
    assertReported(id, Set.copyOf(mine), done.path("report_parts").asInt());
    String later = proxy.connectUser("after-the-incident");
    assertThat(proxy.application().accessToken(later).status()).isEqualTo(200);
  }

  @Test
  void whatEndedLongAgoIsForgottenAndWhatEndedLaterIsNot() {
    stage.imported("sandbox", 2);
    String old = stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
    stage.completed(old);
    String recent = stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
    stage.completed(recent);
    stage.endedBefore(old, 401);
    stage.endedBefore(recent, 399);
    Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(
        () -> proxy.application().send("GET", "/v1/incidents/" + old).expect(404));
    stage.incident(recent);
    assertThat(stage.rowsOf(old)).isZero();
    assertThat(events(old)).contains("incident.completed");
  }

  private void assertReported(String id, Set<String> connections, int parts) {
    VerifierKey key = VerifierKey.parse(stage.run("", "audit", "key").out().strip());
    Set<String> told = new HashSet<>();
    for (int part = 1; part <= parts; part++) {
      String note = proxy.application().send("GET", "/v1/incidents/" + id + "/report?part=" + part).expect(200).text();
      SignedDocument report = SignedDocument.open(SignedNote.parse(note), key, "incident-report");
      assertThat(report.body()).containsEntry("incident", id).containsEntry("parts", (long) parts)
          .containsEntry("part", (long) part)
          .containsEntry("connections", (long) connections.size());
      report.entries().forEach(entry -> told.add(String.valueOf(entry.get("connection"))));
      assertThatThrownBy(() -> SignedDocument.open(SignedNote.parse(note.replaceFirst("confirmed", "gave_up")), key,
          "incident-report")).isInstanceOf(LogFormatException.class);
    }
    assertThat(told).isEqualTo(connections);
    assertThat(parts).isEqualTo((connections.size() + 1999) / 2000);
    proxy.application().send("GET", "/v1/incidents/" + id + "/report?part=" + (parts + 1)).expect(404);
  }

  @Test
  void whatComesWithinAMinuteAfterTheRequestIsTakenUpToo() {
    stage.imported("sandbox", 3);
    String id = stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
    stage.await(id, Duration.ofSeconds(30), one -> one.at("/outcomes/confirmed").asInt() == 3);
    String late = stage.imported("sandbox", 1).getFirst();
    assertThat(stage.completed(id).path("connections").asInt()).isEqualTo(4);
    assertThat(proxy.application().accessToken(late).status()).isEqualTo(424);
    assertThat(own("sandbox")).hasSize(4).allMatch(GrantSummary::revoked);
  }

  @Test
  void blockingWaitsForNoOtherIncidentsProvider() {
    stage.imported("sandbox-single", 1);
    String mine = stage.imported("sandbox", 1).getFirst();
    Gate gate = Gate.closed();
    proxy.provider().script().always(Call.REFRESH, heldBy(gate));
    String other = stage.ask("rotate-all", Map.of("confirm", ProofDeployment.OWN, "integration", "sandbox-single")).path("id")
        .asText();
    gate.awaitArrivals(1);
    stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> proxy.application().accessToken(mine).status() == 424);
    proxy.provider().script().clear();
    gate.open();
    assertThat(stage.retried(other).path("connections").asInt()).isEqualTo(1);
  }

  @Test
  void aProviderThatIsDownIsAskedAgainAndBlocksAllTheSame() {
    List<String> mine = stage.imported("sandbox", 20);
    proxy.provider().script().always(Call.REVOKE, answersStatus(503));
    String id = stage.ask("revoke-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
    stage.await(id, Duration.ofSeconds(30), one -> one.at("/outcomes/pending").asInt() >= 8);
    assertThat(mine).allSatisfy(one -> assertThat(proxy.application().accessToken(one).status()).isEqualTo(424));
    proxy.application().send("GET", "/v1/incidents/" + id + "/report").expect(404);
    proxy.provider().script().clear();
    JsonNode done = stage.retried(id);
    assertThat(done.at("/outcomes/confirmed").asInt()).isEqualTo(20);
    assertThat(own("sandbox")).allMatch(GrantSummary::revoked);
  }

  @Test
  void everyConnectionIsRenewedAndOldAccessTokensAreRevokedWhereThatEndsNothingElse() {
    proxy.deployment().providerSettings().rotation(RefreshRotation.strict()).revocationReach(RevocationReach.TOKEN);
    List<String> single = stage.imported("sandbox-single", 15);
    List<String> grant = stage.imported("sandbox-grace", 5);
    stage.importedKeys(2);
    Map<String, String> before = Map.of(single.getFirst(), accessToken(single.getFirst()), grant.getFirst(),
        accessToken(grant.getFirst()));
    String id = stage.ask("rotate-all", Map.of("confirm", ProofDeployment.OWN)).path("id").asText();
    JsonNode done = stage.completed(id);
    assertThat(done.at("/outcomes/rotated").asInt()).isEqualTo(15);
    assertThat(done.at("/outcomes/rotated_old_token_lives").asInt()).isEqualTo(5);
    assertThat(done.at("/outcomes/not_refreshable").asInt()).isEqualTo(2);
    assertThat(own("sandbox-single")).hasSize(15).allSatisfy(one -> {
      assertThat(one.successfulRefreshes()).isEqualTo(1);
      assertThat(one.live().accessTokens()).hasSize(1);
      assertThat(one.live().refreshTokens()).hasSize(1);
    });
    for (String connection : before.keySet()) {
      assertThat(accessToken(connection)).isNotEqualTo(before.get(connection));
      proxy.application().proxied(connection, "/me").expect(200);
    }
  }

  @Test
  void aRenewalThatFailsForNowIsTriedAgainAndLosesNoToken() {
    proxy.deployment().providerSettings().rotation(RefreshRotation.strict()).revocationReach(RevocationReach.TOKEN);
    List<String> mine = stage.imported("sandbox-single", 6);
    int revocations = proxy.provider().calls(Call.REVOKE);
    proxy.provider().script().always(Call.REFRESH, answersStatus(503));
    String id = stage.ask("rotate-all", Map.of("confirm", ProofDeployment.OWN, "integration", "sandbox-single")).path("id")
        .asText();
    stage.await(id, Duration.ofSeconds(30), one -> one.path("outcomes").size() > 0 && one.at("/outcomes/waiting").asInt() == 0);
    assertThat(proxy.application().accessToken(mine.getFirst()).status()).isEqualTo(200);
    assertThat(proxy.provider().calls(Call.REVOKE)).isEqualTo(revocations);
    proxy.provider().script().clear();
    JsonNode done = stage.retried(id);
    assertThat(done.at("/outcomes/rotated").asInt()).as(done.toString()).isEqualTo(6);
    assertThat(own("sandbox-single")).allSatisfy(one -> assertThat(one.live().accessTokens()).hasSize(1));
  }

  @Test
  void onlyAKeyForAllMayActOnAll() {
    stage.imported("sandbox", 1);
    String path = "/v1/workspaces/" + stage.workspace() + "/revoke-all";
    Map<String, String> confirmed = Map.of("confirm", ProofDeployment.OWN);
    Met.of(proxy.callerWith("connections:write", "refresh", "config:write").send("POST", path, confirmed)).assertIs(
        dev.authpipe.proxy.http.ErrorCode.SCOPE_MISSING, false);
    ContractClient narrow = proxy.callerWithKey(
        proxy.apiKeys().create(ProofDeployment.OWN, List.of("incident"),
            java.util.stream.Stream.of("--integration", "sandbox-key")));
    Met.of(narrow.send("POST", path, confirmed)).assertIs(dev.authpipe.proxy.http.ErrorCode.INTEGRATION_NOT_ALLOWED, false);
    narrow.send("POST", path, Map.of("confirm", ProofDeployment.OWN, "integration", "sandbox")).expect(422);
    String id = narrow.send("POST", path, Map.of("confirm", ProofDeployment.OWN, "integration", "sandbox-key")).expect(202).json()
        .at("/incident/id").asText();
    stage.completed(id);
    assertThat(own("sandbox")).noneMatch(GrantSummary::revoked);
  }

  @Test
  void anOperatorTypesTheNameSeesTheProgressAndGetsTheReport() throws Exception {
    stage.imported("sandbox", 10);
    int before = stage.run("", "rotate-all", "--workspace", "acme", "--status", "--incident", "inc_01h0000000e0080000000000zz")
        .code();
    assertThat(before).isEqualTo(1);
    IncidentStage.Ran wrong = stage.run("globex\n", "revoke-all", "--workspace", "acme");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("cannot be undone").contains("nothing was done");
    Path report = directory.resolve("report.note");
    IncidentStage.Ran ran = stage.runToTheEnd("acme\n", "revoke-all", "--workspace", "acme", "--report", report.toString(),
        "--json");
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode done = new ObjectMapper().readTree(ran.out());
    assertThat(done.path("status").asText()).isEqualTo("completed");
    assertThat(done.at("/outcomes/confirmed").asInt()).isEqualTo(10);
    assertThat(ran.err()).contains("it goes on when this command is stopped");
    VerifierKey key = VerifierKey.parse(stage.run("", "audit", "key").out().strip());
    assertThat(SignedDocument.open(SignedNote.parse(Files.readString(report)), key, "incident-report").entries()).hasSize(10);
    IncidentStage.Ran verified = stage.run("", "erasure", "verify", report.toString(), "--key", key.toString());
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("revoke_all " + done.path("id").asText() + ", part 1 of 1").contains("{confirmed=10}");
    assertThat(stage.run("", "revoke-all", "--workspace", "acme", "--status").out()).contains(done.path("id").asText())
        .contains("10 of 10 connections are done");
    IncidentStage.Ran rotated = stage.run("", "rotate-all", "--workspace", "acme", "--confirm", "acme", "--no-wait", "--json");
    assertThat(rotated.code()).as(rotated.err()).isZero();
    assertThat(stage.completed(new ObjectMapper().readTree(rotated.out()).path("id").asText()).path("connections").asInt())
        .isZero();
  }

  private List<GrantSummary> own(String integration) {
    List<GrantSummary> all = proxy.provider().grants();
    return all.subList(grantsBefore, all.size()).stream()
        .filter(one -> one.clientId().equals(ProofDeployment.OWN + "-" + integration))
        .toList();
  }

  private String accessToken(String connection) {
    return proxy.application().accessToken(connection).expect(200).json().path("access_token").asText();
  }

  /** Newest first. */
  private static List<String> events(String id) {
    List<String> types = new ArrayList<>();
    proxy.application().send("GET", "/v1/audit-events?object=" + id).expect(200).json().path("data")
        .forEach(one -> types.add(one.path("type").asText()));
    return types;
  }
}
