package dev.authpipe.quickstart.stage;

import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.quickstart.flow.StepFailure;
import dev.authpipe.testkit.sandbox.Call;

/** The real proxy and the real control plane with each other. That they are set up at all proves enrolment, approval and the key's way. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoPlanesTest {
  private static TwoPlanes planes;
  private static Application application;

  @BeforeAll
  static void link() {
    planes = TwoPlanes.ready(TwoPlanes.brisk(), new OutboxSettings(100_000, Duration.ofMillis(300)), Map.of());
    application = planes.application();
  }

  @AfterAll
  static void stop() {
    application.close();
    planes.close();
  }

  @BeforeEach
  void anotherMinute() {
    planes.passForLimits(Duration.ofMinutes(2));
  }

  @Test
  @Tag("S70")
  void anEnrolmentCodeIsGoodForOneUse() {
    JsonNode made = planes.member().asks("POST", planes.path("data-planes"), Map.of("name", "second"));
    String code = made.path("enrolment_code").asText();
    assertThatThrownBy(() -> planes.terminals.enrol(code.substring(0, code.length() - 6) + "AAAAAA"))
        .isInstanceOf(StepFailure.class);
    assertThat(planes.dataPlane().path("state").asText()).as("the one before is in force").isEqualTo("online");
    try (TwoPlanes other = planes.another()) {
      assertThat(other.terminals.enrol(code)).isEqualTo(made.at("/data_plane/id").asText());
    }
    try (TwoPlanes third = planes.another()) {
      assertThatThrownBy(() -> third.terminals.enrol(code)).isInstanceOf(StepFailure.class);
    }
  }

  @Test
  @Tag("S72")
  void aConnectionIsKnownByItsMetadataAndEveryChangeOfIt() {
    String connection = application.connect("ada-lovelace", "ada@example.com");
    eventually(() -> assertThat(connection(connection).path("state").asText()).isEqualTo("active"));
    assertThat(connection(connection).path("integration").asText())
        .isEqualTo(planes.reads("integrations/sandbox").path("id").asText());
    assertThat(connection(connection).toString()).doesNotContain("lovelace", "example.com");

    planes.provider.script().next(Call.REFRESH, oauthError("invalid_grant"));
    application.refresh(connection).expect(424);
    eventually(() -> {
      assertThat(connection(connection).path("state").asText()).isEqualTo("reauth_required");
      assertThat(connection(connection).at("/explanation/action").asText()).contains("connect again");
    });
    application.send("DELETE", "/v1/connections/" + connection, null).expect(200);
    eventually(() -> assertThat(connection(connection).path("status").asText()).isEqualTo("disconnected"));
  }

  @Test
  @Tag("S71")
  void whatNarrowsAppliesAtOnceAndWhatUndoesItWaits() {
    String connection = application.connect("bea", "bea@example.com");
    application.accessToken(connection).expect(200);
    planes.member().asks("PATCH", planes.path("integrations/sandbox"), Map.of("disabled", true));
    eventually(() -> assertThat(application.accessToken(connection).status()).isNotEqualTo(200));
    planes.member().asks("PATCH", planes.path("integrations/sandbox"), Map.of("disabled", false));
    eventually(() -> assertThat(planes.dataPlane().path("waiting_changes").asLong()).isEqualTo(1));
    assertThat(application.accessToken(connection).status()).isNotEqualTo(200);
    assertThat(planes.terminals.approve()).as("no key comes of it").isEmpty();
    eventually(() -> application.accessToken(connection).expect(200));
    eventually(() -> assertThat(planes.dataPlane().path("waiting_changes").asLong()).isZero());
  }

  @Test
  @Tag("S71")
  void aKeyIsDisabledAtOnceAndGivenBackByApproval() {
    String connection = application.connect("finn", "finn@example.com");
    String key = key("Tasklight");
    planes.member().asks("PATCH", planes.path("api-keys/" + key), Map.of("disabled", true));
    eventually(() -> application.accessToken(connection).expect(401));
    planes.member().asks("PATCH", planes.path("api-keys/" + key), Map.of("disabled", false));
    eventually(() -> assertThat(planes.dataPlane().path("waiting_changes").asLong()).isEqualTo(1));
    application.accessToken(connection).expect(401);
    assertThat(planes.terminals.approve()).as("the key is the one before").isEmpty();
    eventually(() -> application.accessToken(connection).expect(200));
  }

  @Test
  @Tag("S71")
  void aWorkspaceThatIsTakenAwayIsDisabledAndComesBackByApproval() {
    String connection = application.connect("gus", "gus@example.com");
    String assignment = planes.path("data-planes/" + planes.dataPlane().path("id").asText() + "/assignment");
    planes.member().asks("DELETE", assignment, Map.of());
    eventually(() -> assertThat(application.accessToken(connection).status()).isGreaterThanOrEqualTo(400));
    planes.member().asks("PUT", assignment, Map.of());
    eventually(() -> assertThat(planes.dataPlane().path("waiting_changes").asLong()).isPositive());
    assertThat(application.accessToken(connection).status()).isGreaterThanOrEqualTo(400);
    planes.terminals.approve();
    eventually(() -> application.accessToken(connection).expect(200));
  }

  @Test
  void aNoteIsNobodysChangeAndTheVersionArrives() {
    long before = planes.dataPlane().path("feed_version").asLong();
    planes.member().asks("PATCH", planes.path("integrations/sandbox"), Map.of("note", "for the team: " + before));
    eventually(() -> {
      JsonNode plane = planes.dataPlane();
      assertThat(plane.path("feed_version").asLong()).isGreaterThan(before);
      assertThat(plane.path("applied_version").asLong()).isEqualTo(plane.path("feed_version").asLong());
      assertThat(plane.path("waiting_changes").asLong()).isZero();
    });
  }

  @Test
  @Tag("S74")
  void aCommandIsCarriedOutAndItsOutcomeIsShown() {
    String connection = application.connect("cleo", "cleo@example.com");
    eventually(() -> assertThat(connection(connection).path("status").asText()).isEqualTo("active"));
    int revocations = planes.provider.calls(Call.REVOKE);
    String probe = command("probe", connection);
    eventually(() -> assertThat(outcome(probe).path("status").asText()).isEqualTo("done"));
    String disconnect = command("disconnect", connection);
    eventually(() -> assertThat(outcome(disconnect).path("status").asText()).isEqualTo("done"));
    assertThat(outcome(disconnect).path("connections").asLong()).isEqualTo(1);
    assertThat(application.accessToken(connection).status()).isEqualTo(424);
    eventually(() -> assertThat(planes.provider.calls(Call.REVOKE)).isGreaterThan(revocations));
    eventually(() -> assertThat(connection(connection).path("status").asText()).isEqualTo("disconnected"));
  }

  @Test
  void theProxyIsShownAsItIsAndCatchesUpAfterItWasAway() {
    eventually(() -> {
      JsonNode plane = planes.dataPlane();
      assertThat(plane.path("state").asText()).isEqualTo("online");
      assertThat(plane.path("applied_version").asLong()).isEqualTo(plane.path("feed_version").asLong());
      assertThat(plane.path("outbox").asLong()).isZero();
      assertThat(plane.path("lost").asLong()).isZero();
      assertThat(plane.path("trust").asText()).isEqualTo("none");
      assertThat(plane.path("software").asText()).startsWith("authpipe ");
      assertThat(plane.path("served_regions").toString()).isEqualTo("[\"eu\"]");
    });
    planes.stopProxy();
    long applied = planes.dataPlane().path("applied_version").asLong();
    Instant seen = Instant.parse(planes.dataPlane().path("last_seen_at").asText());
    planes.member().asks("PATCH", planes.path("integrations/sandbox"), Map.of("note", "while it is away"));
    planes.startProxy();
    eventually(() -> {
      JsonNode plane = planes.dataPlane();
      assertThat(Instant.parse(plane.path("last_seen_at").asText())).isAfter(seen);
      assertThat(plane.path("applied_version").asLong()).isGreaterThan(applied).isEqualTo(plane.path("feed_version").asLong());
    });
  }

  @Test
  @Tag("S74")
  void theProxyTakesANewKeyAndTheOldOneIsRetired() {
    String before = identities();
    String renewed = planes.terminals.atProxy("", "enrol", "--renew").path("identity").asText();
    eventually(() -> assertThat(identities()).isNotEqualTo(before));
    Instant since = Instant.parse(planes.dataPlane().path("last_seen_at").asText());
    eventually(() -> assertThat(Instant.parse(planes.dataPlane().path("last_seen_at").asText())).isAfter(since));
    assertThat(identities()).isEqualTo(renewed);
    String connection = application.connect("dora", "dora@example.com");
    eventually(() -> assertThat(connection(connection).path("status").asText()).isEqualTo("active"));
  }

  @Test
  void whatTheProxyToldIsOnRecordAtTheControlPlane() {
    List<String> types = StreamSupport.stream(planes.reads("audit-events?limit=200").path("data").spliterator(), false)
        .map(event -> event.path("type").asText()).distinct().toList();
    assertThat(types).contains("data_plane.enrolled", "api_key.changed", "integration.changed");
  }

  /** Last, for it puts the proxy's stores back twice: once as an operator who says so, and once so that nobody is told. */
  @Test
  @Order(Integer.MAX_VALUE)
  @Tag("S41")
  @Tag("S53")
  void aRestoreGoesOnInTheEpochThatWasDeclaredAndASilentRollBackDoesNot(@TempDir Path directory) {
    application.connect("ida", "ida@example.com");
    WitnessedLog log = new WitnessedLog(planes);
    JsonNode made = planes.terminals.atProxy("", "backup", "--to", directory.toString()).path("backups");
    assertThat(made).hasSize(2);
    application.connect("joe", "joe@example.com");
    long before = log.whole(0);
    planes.stopProxy();
    for (JsonNode one : made) {
      // PostgreSQL may hold a session of the stopped proxy for a moment, and restore then says that the database is in use.
      JsonNode restored = await().atMost(Duration.ofSeconds(20)).ignoreExceptionsInstanceOf(StepFailure.class)
          .until(() -> planes.terminals.atProxy("", "restore", "--from", one.path("file").asText(), "--replace", "--confirm",
              "demo"), answer -> answer.has("epoch"));
      assertThat(restored.path("epoch").asInt()).isEqualTo(1);
    }
    planes.startProxy();
    log.sign();
    eventually(
        () -> assertThat(log.witnessed().path("refused_note").asText()).as("nobody declared it").contains("\nepoch 1 time "));
    assertThat(log.witnessed().path("epoch").asInt()).isZero();
    assertThat(log.witnessed().path("size").asLong()).isGreaterThanOrEqualTo(before);

    planes.member().asks("POST", planes.path("data-planes/" + planes.dataPlane().path("id").asText() + "/restores"),
        Map.of("epoch", 1));
    planes.pass(Duration.ofMinutes(11)); // until the proxy shows it again
    application.connect("kay", "kay@example.com");
    long restored = log.whole(1);
    assertThat(log.witnessed().path("note").asText()).contains("\nepoch 1 time ");
    String evidence = log.witnessed().path("refused_note").asText();

    planes.stopProxy();
    planes.proxyStores.copy(Store.VAULT);
    planes.startProxy();
    application.connect("lea", "lea@example.com");
    long after = log.whole(1);
    assertThat(after).isGreaterThan(restored);
    planes.stopProxy();
    planes.proxyStores.restore(Store.VAULT);
    planes.startProxy();
    eventually(
        () -> assertThat(log.witnessed().path("refused_note").asText()).isNotEqualTo(evidence).contains("\nepoch 1 time "));
    assertThat(log.witnessed().path("size").asLong()).as("what was witnessed stays").isGreaterThanOrEqualTo(after);
    application.connect("max", "max@example.com");
  }

  private static String identities() {
    return planes.inControl("select string_agg(encode(identity, 'hex'), ',') from data_plane where enrolled_at is not null"
        + " and name = 'demo proxy'");
  }

  private static JsonNode connection(String id) {
    for (JsonNode one : planes.reads("connections?limit=100").path("data")) {
      if (one.path("id").asText().equals(id)) {
        return one;
      }
    }
    throw new AssertionError("the control plane knows no such connection");
  }

  private static String key(String name) {
    for (JsonNode one : planes.reads("api-keys").path("data")) {
      if (one.path("name").asText().equals(name)) {
        return one.path("id").asText();
      }
    }
    throw new AssertionError("no such key");
  }

  private static String command(String kind, String target) {
    return planes.member().asks("POST", planes.path("connection-commands"), Map.of("kind", kind, "target", target))
        .at("/data/0/id").asText();
  }

  private static JsonNode outcome(String command) {
    for (JsonNode one : planes.reads("commands").path("data")) {
      if (one.path("id").asText().equals(command)) {
        return one;
      }
    }
    throw new AssertionError("no such command");
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(TwoPlanes.PATIENCE).untilAsserted(assertion);
  }
}
