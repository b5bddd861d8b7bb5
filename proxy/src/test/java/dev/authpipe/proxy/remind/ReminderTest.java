package dev.authpipe.proxy.remind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.proxy.proof.ContractAnswer;
import dev.authpipe.proxy.proof.ContractClient;
import dev.authpipe.proxy.proof.JumpingClock;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ConnectionId;

/** Reminders of two replicas on one store, by a clock that the test moves: told once, about what is so, and about nothing else. */
class ReminderTest {
  private static final Duration QUARTER = Duration.ofDays(90);
  private static final String KEY = """
      format: 1
      provider: %s
      name: %s
      auth: %s
      verified: unverified
      last_verified: 2026-11-23
      key: {label: Key, pattern: "^.{8,200}$"%s}
      api:
        base: https://api.invalid
        injection: {header: X-Api-Key, form: "{credential}"}
      """;
  private static final JumpingClock CLOCK = new JumpingClock();

  @TempDir
  private static Path directory;
  private static EmbeddedDatabases.StoreSet stores;
  private static List<RunningProxy> replicas = List.of();
  private static ContractClient application;
  private static ContractClient quiet;

  @BeforeAll
  static void start() throws IOException {
    stores = EmbeddedDatabases.shared().create();
    Files.createDirectory(directory.resolve("providers"));
    String yearly = Files.readString(Path.of("src/main/resources/catalog/sandbox.yaml"))
        .replace("provider: sandbox\n", "provider: yearly\n").replace("refresh:\n", "refresh:\n  absolute_lifetime: 365 d\n");
    Map<String, String> files = Map.of("providers/aging.yaml",
        KEY.formatted("aging", "Aging", "api_key", ", rotate_after: 90 d"), "providers/lasting.yaml",
        KEY.formatted("lasting", "Lasting", "basic", ", username_label: Name"), "providers/yearly.yaml", yearly);
    String more = """
        configuration: {provider_directory: providers}
        refresh: {ahead: false}
        workspaces:
          - name: acme
            integrations:
              - {slug: aging}
              - {slug: brisk, provider: aging, rotate_after: 40 d}
              - {slug: slow, provider: aging, rotate_after: 400 d}
              - {slug: lasting}
              - {slug: yearly, client_id: client-1, rotate_after: 60 d}
            webhooks:
              - {name: app, url: "https://app.invalid/hooks"}
          - name: quiet
            integrations:
              - {slug: aging}
        """;
    replicas = new ArrayList<>();
    replicas.add(RunningProxy.start(directory, stores, more, files, Map.of(), CLOCK));
    replicas.add(RunningProxy.start(directory, stores, more, files, Map.of(), CLOCK));
    application = new ContractClient(replicas.getFirst().api(), replicas.getFirst().apiKey("acme"));
    quiet = new ContractClient(replicas.getFirst().api(), replicas.getFirst().apiKey("quiet"));
  }

  @AfterAll
  static void stop() {
    replicas.forEach(RunningProxy::close);
    stores.close();
  }

  /** Databases have the machine's time, and so begins each test. */
  @BeforeEach
  void now() {
    at(Instant.now());
  }

  /** What the job does, on one replica. */
  private static void run() {
    replicas.getFirst().bean(ReminderJob.class).run();
  }

  private static Map<String, Object> credential(String secret, @Nullable Instant end) {
    Map<String, Object> credential = new LinkedHashMap<>(Map.of("type", "api_key", "api_key", secret));
    if (end != null) {
      credential.put("secret_expires_at", end.toString());
    }
    return credential;
  }

  private static String imported(ContractClient caller, String integration, String person, Map<String, Object> credential) {
    return caller.send("POST", "/v1/connections",
        Map.of("integration", integration, "end_user", Map.of("id", person), "credential", credential)).expect(201).json()
        .path("id").asText();
  }

  private static String imported(String integration, String person) {
    return imported(application, integration, person, credential("key-of-" + person + "-0123456789", null));
  }

  private static List<JsonNode> audited(ContractClient caller, String type, String object, String log) {
    List<JsonNode> events = new ArrayList<>();
    caller.send("GET", "/v1/audit-events?limit=200&type=" + type + "&object=" + object + "&log=" + log).expect(200).json()
        .path("data").forEach(events::addFirst);
    return events;
  }

  /** The steps that were told about a connection's secret, oldest first. */
  private static List<String> told(String connection) {
    return audited(application, "credential.rotation_due", connection, "vault").stream()
        .map(one -> (one.at("/detail/overdue").asBoolean() ? "+" : "-") + one.at("/detail/days").asInt()).toList();
  }

  private static void at(Instant time) {
    CLOCK.advance(Duration.between(CLOCK.instant(), time));
  }

  private static String sql(Store store, String query) {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(query)) {
        return "";
      }
      try (ResultSet row = statement.getResultSet()) {
        return row.next() ? String.valueOf(row.getString(1)) : "";
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String remembered(String connection) {
    return sql(Store.VAULT,
        "select count(*) from reminder where connection_id = '" + ConnectionId.parse(connection).value() + "'");
  }

  private static int events(String type, String connection) {
    return Integer.parseInt(sql(Store.VAULT, "select count(*) from webhook_delivery where type = '" + type
        + "' and connection_id = '" + ConnectionId.parse(connection).value() + "'"));
  }

  private static JsonNode view(String connection) {
    return application.send("GET", "/v1/connections/" + connection).expect(200).json();
  }

  @Test
  void eachStepIsToldOnceAndTheSecretWorksOn() {
    Instant set = CLOCK.instant();
    String connection = imported("aging", "stepper");
    assertThat(Instant.parse(view(connection).at("/rotation/due_at").asText())).isBetween(set.plus(QUARTER),
        CLOCK.instant().plus(QUARTER));
    List<String> expected = new ArrayList<>();
    Map<Integer, String> steps = new LinkedHashMap<>();
    steps.put(-31, "");
    steps.put(-30, "-30");
    steps.put(-20, "");
    steps.put(-7, "-7");
    steps.put(-1, "-1");
    steps.put(0, "+0");
    steps.put(6, "");
    steps.put(7, "+7");
    steps.put(30, "+28");
    Instant due = Instant.parse(view(connection).at("/rotation/due_at").asText());
    steps.forEach((days, step) -> {
      at(due.plus(Duration.ofDays(days)).plusSeconds(60));
      run();
      run();
      if (!step.isEmpty()) {
        expected.add(step);
      }
      assertThat(told(connection)).as("after %s days", days).isEqualTo(expected);
    });
    assertThat(events("connection.rotation_due", connection)).isEqualTo(expected.size());
    JsonNode view = view(connection);
    assertThat(view.path("status").asText()).isEqualTo("active");
    assertThat(view.at("/rotation/overdue").asBoolean()).isTrue();
    assertThat(view.at("/rotation/reason").asText()).isEqualTo("rotate_after");
    JsonNode event = audited(application, "credential.rotation_due", connection, "vault").getLast();
    assertThat(event.path("reason").asText()).isEqualTo("rotate_after");
    assertThat(Duration.between(due, Instant.parse(event.at("/detail/due_at").asText())).abs()).isLessThan(Duration.ofSeconds(1));
    assertThat(sql(Store.VAULT, "select detail from webhook_delivery where type = 'connection.rotation_due'"
        + " and connection_id = '" + ConnectionId.parse(connection).value() + "' order by delivery_id desc limit 1"))
        .contains("\"overdue\":true", "\"reason\":\"rotate_after\"", "\"due_at\":\"" + event.at("/detail/due_at").asText() + "\"")
        .doesNotContain("stepper");
  }

  @Test
  @Tag("S45")
  void twoReplicasAtOnceTellEachStepOnce() throws Exception {
    List<String> connections = Stream.of("a", "b", "c", "d", "e", "f").map(one -> imported("aging", "twice-" + one)).toList();
    CLOCK.advance(QUARTER.minus(Duration.ofDays(6)));
    CyclicBarrier together = new CyclicBarrier(4);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ReminderJob job = replicas.get(i % 2).bean(ReminderJob.class);
        runs.add(threads.submit(() -> {
          together.await();
          job.run();
          return null;
        }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    }
    connections.forEach(one -> {
      assertThat(told(one)).containsExactly("-7");
      assertThat(events("connection.rotation_due", one)).isEqualTo(1);
    });
  }

  @Test
  void ofStepsThatPassedMeanwhileOnlyTheLastIsTold() {
    String connection = imported("aging", "away");
    CLOCK.advance(QUARTER.plus(Duration.ofDays(3)));
    run();
    assertThat(told(connection)).containsExactly("+0");
  }

  @Test
  @Tag("S2")
  void aReplacedSecretBeginsAnewAndTheOldOneIsOverwritten() {
    String connection = imported("aging", "renewer");
    CLOCK.advance(QUARTER);
    run();
    assertThat(told(connection)).containsExactly("+0");
    String before = sql(Store.VAULT, "select encode(sealed, 'hex') from credential where connection_id = '"
        + ConnectionId.parse(connection).value() + "'");
    ContractAnswer replaced = application.send("PUT", "/v1/connections/" + connection + "/credential",
        credential("another-key-for-the-same-person-0123456789", null)).expect(200);
    assertThat(replaced.json().path("masked_prefix").asText()).isEqualTo("anot");
    assertThat(remembered(connection)).as("forgotten with the secret").isEqualTo("0");
    JsonNode view = view(connection);
    assertThat(view.path("id").asText()).isEqualTo(connection);
    assertThat(view.path("generation").asLong()).isEqualTo(2);
    assertThat(view.at("/rotation/overdue").asBoolean()).isFalse();
    assertThat(sql(Store.VAULT, "select count(*) from credential where encode(sealed, 'hex') = '" + before + "'")).isEqualTo("0");
    assertThat(audited(application, "credential.replaced", connection, "vault")).singleElement()
        .satisfies(one -> assertThat(one.at("/detail/generation").asLong()).isEqualTo(2));
    assertThat(events("connection.updated", connection)).isEqualTo(1);
    run();
    assertThat(told(connection)).containsExactly("+0");
    CLOCK.advance(QUARTER.minus(Duration.ofDays(30)).plusSeconds(60));
    run();
    assertThat(told(connection)).containsExactly("+0", "-30");
  }

  @Test
  void theShorterOfTheEntryAndTheIntegrationCounts() {
    Instant now = CLOCK.instant();
    assertThat(due("brisk", "brisk-person", now)).isEqualTo(Duration.ofDays(40));
    assertThat(due("slow", "slow-person", now)).isEqualTo(QUARTER);
    String lasting = imported(application, "lasting", "lasting-person",
        Map.of("type", "basic", "username", "ada", "password", "a-password-of-some-length"));
    assertThat(view(lasting).has("rotation")).isFalse();
  }

  private static Duration due(String integration, String person, Instant now) {
    Instant due = Instant.parse(view(imported(integration, person)).at("/rotation/due_at").asText());
    return Duration.ofDays(Duration.between(now, due).plusSeconds(1).toDays());
  }

  @Test
  void aStatedEndIsRememberedAndIsInTheFutureAndOfAStaticSecretOnly() {
    Instant end = CLOCK.instant().plus(Duration.ofDays(5));
    String connection = imported(application, "aging", "ending", credential("key-that-ends-0123456789", end));
    JsonNode rotation = view(connection).path("rotation");
    assertThat(rotation.path("reason").asText()).isEqualTo("secret_expires_at");
    assertThat(Duration.between(end, Instant.parse(rotation.path("due_at").asText())).abs()).isLessThan(Duration.ofMillis(1));
    run();
    assertThat(told(connection)).as("at once").containsExactly("-7");
    for (Instant wrong : List.of(CLOCK.instant().minusSeconds(1), Instant.parse("9999-12-31T23:59:59Z"))) {
      ContractAnswer refused = application.send("POST", "/v1/connections", Map.of("integration", "aging", "end_user",
          Map.of("id", "never"), "credential", credential("refused-key-0123456789", wrong)));
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text()).contains("secret_expires_at").doesNotContain("refused-key");
    }
    assertThat(application.send("POST", "/v1/connections", Map.of("integration", "yearly", "end_user", Map.of("id", "never"),
        "credential", Map.of("type", "oauth2", "access_token", "access-token-0123456789", "refresh_token",
            "refresh-token-0123456789", "secret_expires_at", end.toString())))
        .status()).isEqualTo(422);
    CLOCK.advance(Duration.ofDays(6));
    application.send("PUT", "/v1/connections/" + connection + "/credential",
        credential("key-without-end-0123456789", null)).expect(200);
    assertThat(view(connection).at("/rotation/reason").asText()).isEqualTo("rotate_after");
  }

  @Test
  void theListShowsWhatIsDueWithinThirtyDaysOrOverdue() {
    String due = imported("brisk", "lister");
    String ending = imported(application, "lasting", "lister", Map.of("type", "basic", "username", "ada", "password",
        "a-password-that-ends", "secret_expires_at", CLOCK.instant().plus(Duration.ofDays(35)).toString()));
    String later = imported("aging", "lister");
    String yearly = imported(application, "yearly", "lister", Map.of("type", "oauth2", "access_token",
        "access-token-of-lister-0123456789", "refresh_token", "refresh-token-of-lister-0123456789"));
    assertThat(listed()).isEmpty();
    CLOCK.advance(Duration.ofDays(11));
    assertThat(listed()).containsExactlyInAnyOrder(due, ending);
    CLOCK.advance(Duration.ofDays(60));
    assertThat(listed()).containsExactlyInAnyOrder(due, ending, later).doesNotContain(yearly);
    application.send("DELETE", "/v1/connections/" + due).expect(200);
    assertThat(listed()).containsExactlyInAnyOrder(ending, later);
    assertThat(application.send("GET", "/v1/connections?rotation_due=false").status()).isEqualTo(400);
  }

  private static List<String> listed() {
    List<String> ids = new ArrayList<>();
    application.send("GET", "/v1/connections?rotation_due=true&end_user=lister").expect(200).json().path("data")
        .forEach(one -> ids.add(one.path("id").asText()));
    return ids;
  }

  @Test
  @Tag("S52")
  void whatWasToldGoesWithTheConnectionAndThePerson() {
    String ended = imported("aging", "leaver");
    String erased = imported("aging", "forgotten");
    CLOCK.advance(QUARTER);
    run();
    assertThat(remembered(ended) + remembered(erased)).isEqualTo("11");
    application.send("DELETE", "/v1/connections/" + ended).expect(200);
    assertThat(remembered(ended)).isEqualTo("0");
    application.send("DELETE", "/v1/end-users/forgotten").expect(202);
    assertThat(remembered(erased)).isEqualTo("0");
    CLOCK.advance(Duration.ofDays(40));
    run();
    assertThat(told(ended)).containsExactly("+0");
    assertThat(events("connection.rotation_due", erased)).isZero();
  }

  @Test
  void aWorkspaceWithoutEndpointsHasTheAuditEventOnly() {
    String connection = imported(quiet, "aging", "quiet-person", credential("key-of-a-quiet-person-0123456789", null));
    CLOCK.advance(QUARTER);
    run();
    assertThat(audited(quiet, "credential.rotation_due", connection, "vault")).hasSize(1);
    assertThat(events("connection.rotation_due", connection)).isZero();
    assertThat(audited(application, "credential.rotation_due", connection, "vault")).isEmpty();
  }

  @Test
  void aGrantThatOnlyTheEndUserCanProlongIsToldOfTwice() {
    String connection = imported(application, "yearly", "consenter", Map.of("type", "oauth2", "access_token",
        "access-token-of-consenter-0123456789", "refresh_token", "refresh-token-of-consenter-0123456789"));
    run();
    assertThat(upcoming(connection)).as("nobody knows when they agreed").isEmpty();
    agreed(connection, Duration.ofDays(358).plusMinutes(5));
    run();
    assertThat(upcoming(connection)).containsExactly(7);
    CLOCK.advance(Duration.ofDays(6));
    run();
    run();
    assertThat(upcoming(connection)).containsExactly(7, 1);
    CLOCK.advance(Duration.ofDays(2));
    run();
    assertThat(upcoming(connection)).as("then the connection says so itself").containsExactly(7, 1);
    assertThat(events("connection.reauth_upcoming", connection)).isEqualTo(2);
    agreed(connection, Duration.ZERO);
    run();
    assertThat(remembered(connection)).isEqualTo("0");
    CLOCK.advance(Duration.ofDays(358).plusMinutes(5));
    run();
    assertThat(upcoming(connection)).containsExactly(7, 1, 7);
    sql(Store.VAULT, "update credential set state = 'REAUTH_REQUIRED' where connection_id = '"
        + ConnectionId.parse(connection).value() + "'");
    CLOCK.advance(Duration.ofDays(6));
    run();
    assertThat(upcoming(connection)).as("it has come to that already").containsExactly(7, 1, 7);
  }

  private static void agreed(String connection, Duration ago) {
    sql(Store.VAULT, "update connection set authorized_at = '" + CLOCK.instant().minus(ago) + "' where connection_id = '"
        + ConnectionId.parse(connection).value() + "'");
  }

  private static List<Integer> upcoming(String connection) {
    return audited(application, "connection.reauth_upcoming", connection, "vault").stream()
        .map(one -> one.at("/detail/days").asInt()).toList();
  }

  @Test
  void aClientSecretIsRememberedByItsEndAndByItsAge() {
    Instant end = CLOCK.instant().plus(Duration.ofDays(31));
    JsonNode shown = application.send("PUT", "/v1/integrations/yearly/client-secret",
        Map.of("client_secret", "client-secret-0123456789-0123456789", "expires_at", end.toString())).expect(200).json();
    assertThat(shown.at("/rotation/reason").asText()).isEqualTo("secret_expires_at");
    assertThat(application.send("PUT", "/v1/integrations/yearly/client-secret", Map.of("client_secret",
        "client-secret-0123456789-0123456789", "expires_at", CLOCK.instant().minusSeconds(1).toString())).status())
        .isEqualTo(422);
    run();
    String integration = replicas.getFirst().integration("acme", "yearly");
    assertThat(steps(integration)).isEmpty();
    for (int days : List.of(2, 1, 23, 4, 1, 3, 4)) {
      CLOCK.advance(Duration.ofDays(days));
      run();
      run();
    }
    assertThat(steps(integration)).containsExactly(30, 7, 1, 0, 7);
    assertThat(sql(Store.CLIENT_SECRETS, "select count(*) from client_secret_reminder")).isEqualTo("1");
    application.send("PUT", "/v1/integrations/yearly/client-secret",
        Map.of("client_secret", "next-client-secret-0123456789-0123456789")).expect(200);
    assertThat(sql(Store.CLIENT_SECRETS, "select count(*) from client_secret_reminder")).isEqualTo("0");
    JsonNode view = application.send("GET", "/v1/integrations/yearly").expect(200).json().path("client_secret");
    assertThat(view.has("expires_at")).isFalse();
    assertThat(view.at("/rotation/reason").asText()).isEqualTo("rotate_after");
  }

  private static List<Integer> steps(String integration) {
    return audited(application, "client_secret.rotation_due", integration, "client_secrets").stream()
        .map(one -> one.at("/detail/days").asInt()).toList();
  }

  @Test
  void whatFailsForOneWorkspaceHoldsUpNoOther() {
    String connection = imported(quiet, "aging", "patient", credential("key-of-a-patient-person-0123456789", null));
    String other = imported("aging", "impatient");
    CLOCK.advance(QUARTER);
    sql(Store.VAULT, "alter table reminder add constraint one_bad check (connection_id <> '" + ConnectionId.parse(other).value()
        + "')");
    try {
      assertThat(catchThrowable(ReminderTest::run)).isInstanceOf(RuntimeException.class);
      assertThat(audited(quiet, "credential.rotation_due", connection, "vault")).hasSize(1);
      assertThat(told(other)).as("written with the note that it was told, or not at all").isEmpty();
    } finally {
      sql(Store.VAULT, "alter table reminder drop constraint one_bad");
    }
    run();
    assertThat(told(other)).containsExactly("+0");
  }

  @Test
  void metricsCountWhatIsDueInAllWorkspaces() {
    run();
    RotationBacklog backlog = replicas.getLast().bean(RotationBacklog.class);
    CLOCK.advance(Duration.ofSeconds(20));
    RotationBacklog.Due before = backlog.look().connections();
    imported("brisk", "counted");
    imported(quiet, "aging", "counted", credential("key-of-a-counted-person-0123456789", null));
    CLOCK.advance(Duration.ofDays(200));
    run();
    RotationBacklog.Backlog after = backlog.look();
    assertThat(after.connections().due()).isGreaterThanOrEqualTo(before.due() + 2);
    assertThat(after.connections().overdue()).isGreaterThanOrEqualTo(2);
    assertThat(after.age(after.connections())).isGreaterThanOrEqualTo(Duration.ofDays(159));
  }
}
