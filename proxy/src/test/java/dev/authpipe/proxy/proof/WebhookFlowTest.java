package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.WebhookId;

/** Events on their way to a real receiver (docs/webhooks.md), seen by the application. */
class WebhookFlowTest {
  private static final JumpingClock CLOCK = new JumpingClock();
  private static WebhookReceiver app;
  private static WebhookReceiver other;
  private static ProxyFixture proxy;

  @BeforeAll
  static void start() {
    app = new WebhookReceiver();
    other = new WebhookReceiver();
    proxy = ProxyFixture.with().clock(CLOCK)
        .webhooks(Map.of("app", app.url(), "other", other.url(), "inside", URI.create("https://10.0.0.1/hooks"))).start();
  }

  /** What one test leaves waiting does not arrive in the next. */
  @AfterEach
  void forget() {
    for (String table : List.of("webhook_delivery", "webhook_secret", "webhook_trouble")) {
      Behind.execute(proxy, Store.VAULT, "delete from " + table); // no lock of a whole table, which the worker could wait for
    }
    Behind.execute(proxy, Store.VAULT, "update webhook_endpoint set disabled_at = null, disabled_reason = null");
    CLOCK.advance(Duration.between(CLOCK.instant(), Instant.now())); // commands and other verifiers have the machine's time
    app.reset();
    other.reset();
  }

  @AfterAll
  static void stop() {
    proxy.close();
    other.close();
    app.close();
  }

  private String secret(String endpoint, String... more) {
    List<String> arguments = new ArrayList<>(List.of("webhook", "secret", "--config",
        proxy.deployment().directory().resolve("authpipe-1.yaml").toString(), "--workspace", ProofDeployment.OWN, endpoint));
    arguments.addAll(List.of(more));
    CellStage.Ran ran = CellStage.run(arguments.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    return ran.out().lines().findFirst().orElseThrow();
  }

  private String imported(String person) {
    String apiKey = proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
    return proxy.application().send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user",
        Map.of("id", person), "credential", Map.of("type", "api_key", "api_key", apiKey))).expect(201).json().path("id").asText();
  }

  private JsonNode deliveries(String query) {
    return proxy.application().send("GET", "/v1/webhooks/deliveries" + query).expect(200).json().path("data");
  }

  private JsonNode only(String status, String endpoint) {
    for (JsonNode one : deliveries("?status=" + status)) {
      if (one.path("endpoint").asText().equals(endpoint)) {
        return one;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  private int pending(String endpoint) {
    return listed("pending", endpoint);
  }

  private int listed(String status, String endpoint) {
    int listed = 0;
    for (JsonNode one : deliveries("?status=" + status)) {
      listed += one.path("endpoint").asText().equals(endpoint) ? 1 : 0;
    }
    return listed;
  }

  /** How many wait for an endpoint and were marked after a try. */
  private int pendingTried(String endpoint) {
    int tried = 0;
    for (JsonNode one : deliveries("?status=pending")) {
      tried += one.path("endpoint").asText().equals(endpoint) && one.has("last_outcome") ? 1 : 0;
    }
    return tried;
  }

  /** When everything is tried next that waits. */
  private static void due(String when) {
    Behind.execute(proxy, Store.VAULT, "update webhook_delivery set next_at = " + when + " where state = 'pending'");
  }

  /** The next event about a person, whatever else arrives before it. */
  private static WebhookReceiver.Received about(String person) {
    WebhookReceiver.Received received = app.next();
    while (!received.value("/data/end_user/id").asText().equals(person)) {
      received = app.next();
    }
    return received;
  }

  private static String sql(String query) {
    return Behind.text(proxy.deployment(), Store.VAULT, query);
  }

  private boolean audited(String type) {
    return !proxy.application().send("GET", "/v1/audit-events?type=" + type).expect(200).json().path("data").isEmpty();
  }

  @Test
  void everyEventOfAConnectionArrivesSignedAndNamesItsPerson() {
    String secret = secret("app");
    String connection = proxy.connectUser("shopper-1");
    WebhookReceiver.Received created = app.next();
    assertThat(created.type()).isEqualTo("connection.created");
    assertThat(created.request().rawTarget()).isEqualTo("/hooks?app=shop");
    created.assertSignedWith(secret);
    assertThat(created.value("/v").asInt()).isEqualTo(1);
    assertThat(Instant.parse(created.value("/timestamp").asText())).isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(created.value("/data/connection").asText()).isEqualTo(connection);
    assertThat(created.value("/data/end_user/id").asText()).isEqualTo("shopper-1");
    assertThat(created.value("/data/provider").asText()).isEqualTo("sandbox");
    assertThat(created.id()).startsWith("msg_");

    proxy.application().send("PATCH", "/v1/connections/" + connection, Map.of("metadata", Map.of("team", "blue"))).expect(200);
    assertThat(app.next().value("/data/change").asText()).isEqualTo("metadata");

    proxy.provider().script().always(Call.REFRESH, answersStatus(503));
    CLOCK.advance(ProofDeployment.PAST_EXPIRY);
    proxy.application().send("POST", "/v1/connections/" + connection + "/refresh");
    proxy.application().send("POST", "/v1/connections/" + connection + "/refresh");
    assertThat(app.next().type()).isEqualTo("refresh.failed");
    proxy.provider().script().clear();
    CLOCK.advance(Duration.ofMinutes(10));
    proxy.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
    assertThat(app.next().type()).as("told once of the failing, then of its end").isEqualTo("connection.recovered");

    proxy.provider().script().always(Call.REFRESH, oauthError("invalid_grant"));
    proxy.application().send("POST", "/v1/connections/" + connection + "/refresh");
    WebhookReceiver.Received lost = app.next();
    assertThat(lost.type()).isEqualTo("connection.reauth_required");
    assertThat(lost.value("/data/end_user/id").asText()).isEqualTo("shopper-1");
    proxy.provider().script().clear();
    ConnectFlow again = proxy.flow("shopper-1");
    Map<String, Object> request = again.sessionRequest("sandbox");
    request.put("connection_id", connection);
    again.create(request).expect(201);
    again.open();
    again.authorize();
    again.finish().expect(200);
    Map<String, WebhookReceiver.Received> back = app.next(List.of("connection.updated", "connection.recovered"));
    assertThat(Objects.requireNonNull(back.get("connection.updated")).value("/data/change").asText()).isEqualTo("grant");

    proxy.application().send("DELETE", "/v1/connections/" + connection).expect(200);
    assertThat(app.next().type()).isEqualTo("connection.disconnected");
    assertThat(app.rest()).isEmpty();
    assertThat(other.rest()).as("an endpoint without a signing secret").isEmpty();
  }

  @Test
  void whatDoesNotArriveIsTriedForThreeDaysThenDeadAndCanBeReplayed() {
    secret("app");
    app.answers(Answer.of(503));
    Instant began = CLOCK.instant();
    imported("patient");
    String endpoint = endpointOf("app");
    Set<String> ids = new HashSet<>();
    int tries = 0;
    while (only("dead", endpoint).isMissingNode()) {
      ids.add(app.next().id());
      int now = ++tries;
      await().atMost(Duration.ofSeconds(20)).until(() -> !only("dead", endpoint).isMissingNode()
          || (only("pending", endpoint).path("tries").asInt() == now && only("pending", endpoint).has("last_outcome")
              && Instant.parse(only("pending", endpoint).path("next_at").asText()).isAfter(CLOCK.instant())));
      JsonNode pending = only("pending", endpoint);
      if (!pending.isMissingNode()) {
        CLOCK.advance(Duration.between(CLOCK.instant(), Instant.parse(pending.path("next_at").asText())).plusMillis(5));
      }
    }
    assertThat(Duration.between(began, CLOCK.instant())).isBetween(Duration.ofDays(3), Duration.ofDays(3).plusHours(1));
    assertThat(ids).as("one event has one webhook-id").hasSize(1);
    assertThat(tries).isBetween(12, 120);
    JsonNode dead = only("dead", endpoint);
    assertThat(dead.path("last_outcome").asText() + dead.path("last_status").asInt()).isEqualTo("http_status503");
    assertThat(audited("webhook.delivery_dead")).isTrue();

    app.answers(Answer.of(200));
    proxy.application().send("POST", "/v1/webhooks/deliveries/" + dead.path("id").asText() + "/replay").expect(202);
    assertThat(ids).contains(app.next().id());
    await().until(() -> !only("delivered", endpoint).isMissingNode());
    assertThat(audited("webhook.delivery_replayed")).isTrue();
    Met.of(proxy.stranger().send("POST", "/v1/webhooks/deliveries/" + dead.path("id").asText() + "/replay"))
        .assertIs(dev.authpipe.proxy.http.ErrorCode.NOT_FOUND, false);
  }

  private String endpointOf(String name) {
    CellStage.Ran ran = CellStage.run("webhook", "list", "--json", "--config",
        proxy.deployment().directory().resolve("authpipe-1.yaml").toString(), "--workspace", ProofDeployment.OWN);
    java.util.regex.Matcher found = java.util.regex.Pattern
        .compile("\\{[^{}]*\"name\"\\s*:\\s*\"" + name + "\"[^{}]*}").matcher(ran.out());
    assertThat(found.find()).as(ran.out() + ran.err()).isTrue();
    java.util.regex.Matcher id = java.util.regex.Pattern.compile("whk_[0-9a-z]{26}").matcher(found.group());
    assertThat(id.find()).isTrue();
    return id.group();
  }

  @Test
  void anEndpointThatAsksForAPauseGetsItAndARedirectIsNotFollowed() {
    secret("app");
    app.answers(Answer.redirect(302, other.url()).with("Retry-After", "7200"));
    Instant before = CLOCK.instant();
    imported("redirected");
    app.next();
    String endpoint = endpointOf("app");
    await().until(() -> only("pending", endpoint).path("last_status").asInt() == 302);
    assertThat(Instant.parse(only("pending", endpoint).path("next_at").asText())).isAfter(before.plusSeconds(7190));
    assertThat(other.rest()).isEmpty();
  }

  @Test
  void anEndpointThatIsGoneIsDisabledUntilItIsEnabled() {
    secret("app");
    app.answers(Answer.of(410));
    imported("first");
    app.next();
    await().until(() -> audited("webhook.endpoint_disabled"));
    imported("second");
    String endpoint = endpointOf("app");
    assertThat(only("dead", endpoint).path("last_outcome").asText()).isEqualTo("endpoint_disabled");
    assertThat(app.rest()).isEmpty();

    app.answers(Answer.of(204));
    CellStage.Ran enabled = CellStage.run("webhook", "enable", "app", "--config",
        proxy.deployment().directory().resolve("authpipe-1.yaml").toString(), "--workspace", ProofDeployment.OWN);
    assertThat(enabled.code()).as(enabled.err()).isZero();
    CellStage.Ran replayed = CellStage.run("webhook", "replay", only("dead", endpoint).path("id").asText(), "--config",
        proxy.deployment().directory().resolve("authpipe-1.yaml").toString(), "--workspace", ProofDeployment.OWN);
    assertThat(replayed.code()).as(replayed.err()).isZero();
    assertThat(app.next().value("/data/end_user/id").asText()).isEqualTo("second");
  }

  @Test
  void ofManyThatAreToldAtOnceThatItIsGoneNoneWaitsForAnother() {
    Logger worker = (Logger) LoggerFactory.getLogger("dev.authpipe.proxy.notify.DeliveryWorker");
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    worker.addAppender(said);
    try {
      Gate gate = Gate.closed();
      app.behaves(exchange -> {
        gate.pass();
        exchange.answer(Answer.of(410));
      });
      for (int i = 0; i < 4; i++) {
        imported("gone-" + i);
      }
      secret("app");
      gate.awaitArrivals(4);
      gate.open();
      await().atMost(Duration.ofSeconds(20)).until(() -> listed("dead", endpointOf("app")) == 4);
      assertThat(said.list).noneMatch(one -> one.getLevel().isGreaterOrEqual(Level.ERROR));
    } finally {
      worker.detachAppender(said);
    }
  }

  @Test
  @Tag("S22")
  void aPrivateAddressIsRefusedAndAudited() {
    secret("inside");
    imported("insider");
    await().until(() -> audited("webhook.address_refused"));
    assertThat(only("pending", endpointOf("inside")).path("last_outcome").asText()).isEqualTo("refused_address");
  }

  @Test
  void anEndpointThatDoesNotAnswerHoldsUpNoOther() {
    for (int i = 0; i < 12; i++) {
      imported("crowd-" + i);
    }
    due("now() + interval '1 year'"); // beyond what a first secret sets going
    secret("app");
    secret("other");
    Gate gate = Gate.closed();
    app.behaves(exchange -> {
      gate.pass();
      exchange.answer(Answer.of(204));
    });
    due("now() - interval '1 minute'");
    gate.awaitArrivals(4);
    Set<String> arrived = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      arrived.add(other.next().id());
    }
    assertThat(arrived).hasSize(12);
    assertThat(gate.arrivals()).as("on their way to one endpoint at a time").isEqualTo(4);
    gate.open();
    Set<String> late = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      late.add(app.next().id());
    }
    assertThat(late).as("the same events, each under its one id").isEqualTo(arrived);
  }

  @Test
  void bothSecretsSignWhileTheyOverlapAndThenOnlyTheNewOne() {
    String former = secret("app");
    assertThat(CellStage.run("webhook", "secret", "app", "--config",
        proxy.deployment().directory().resolve("authpipe-1.yaml").toString(), "--workspace", ProofDeployment.OWN).err())
        .contains("not shown again").doesNotContain(former);
    String next = secret("app", "--rotate");
    assertThat(next).isNotEqualTo(former);
    imported("overlap");
    WebhookReceiver.Received both = about("overlap");
    assertThat(both.signature().split(" ")).hasSize(2);
    both.assertSignedWith(next);
    both.assertSignedWith(former);
    CLOCK.advance(Duration.ofHours(25));
    imported("later");
    assertThat(about("later").signature().split(" ")).hasSize(1);
    assertThat(audited("webhook.secret_made") && audited("webhook.secret_rotated")).isTrue();
  }

  @Test
  @Tag("S52")
  void anErasureDeletesWhatIsStillToBeToldAboutThePerson() {
    secret("app");
    app.answers(Answer.of(503));
    String connection = imported("forgotten-person");
    imported("somebody-else");
    app.next();
    app.next();
    String endpoint = endpointOf("app");
    await().until(() -> pendingTried(endpoint) == 2);
    due("next_at + interval '6 hours'");
    proxy.application().send("DELETE", "/v1/end-users/forgotten-person").expect(202);
    await("somebody else's, and that the person is erased").until(() -> pending(endpoint) == 2);
    await().until(() -> pendingTried(endpoint) == 2);
    due("next_at + interval '6 hours'");
    assertThat(app.rest()).as("besides what was sent again before").extracting(WebhookReceiver.Received::type)
        .contains("connection.erased").allMatch(type -> type.matches("connection.(created|erased)"));
    app.answers(Answer.of(204));
    CLOCK.advance(Duration.ofHours(13));
    Map<String, WebhookReceiver.Received> told = app.next(List.of("connection.erased", "connection.created"));
    assertThat(Objects.requireNonNull(told.get("connection.erased")).value("/data/connection").asText()).isEqualTo(connection);
    assertThat(Objects.requireNonNull(told.get("connection.erased")).request().bodyText()).doesNotContain("forgotten-person")
        .contains("era_");
    assertThat(Objects.requireNonNull(told.get("connection.created")).value("/data/end_user/id").asText())
        .isEqualTo("somebody-else");
    assertThat(deliveries("?limit=200").toString()).contains("connection.erased");
    for (JsonNode one : deliveries("?limit=200")) {
      assertThat(one.path("connection").asText().equals(connection) && !one.path("type").asText().equals("connection.erased"))
          .as("%s", one).isFalse();
    }
    assertThat(app.rest()).isEmpty();
  }

  @Test
  void theStoreNamesNobodyAndAnEventIsWrittenWithItsChangeOrNotAtAll() {
    imported("nameless");
    assertThat(StoreText.of(proxy.deployment(), Store.VAULT, "webhook_delivery")).contains("connection.created")
        .doesNotContain("nameless");
    Behind.execute(proxy, Store.VAULT,
        "alter table webhook_delivery add constraint nothing_more check (type <> 'connection.updated')");
    String connection = proxy.application().send("GET", "/v1/connections?end_user=nameless").json().at("/data/0/id").asText();
    ContractAnswer failed = proxy.application().send("PATCH", "/v1/connections/" + connection,
        Map.of("metadata", Map.of("lost", "yes")));
    assertThat(failed.status()).isGreaterThanOrEqualTo(500);
    assertThat(proxy.application().send("GET", "/v1/connections/" + connection).expect(200).text()).doesNotContain("lost");
    Behind.execute(proxy, Store.VAULT, "alter table webhook_delivery drop constraint nothing_more");
  }

  @Test
  @Tag("S2")
  void anEventThatSomebodyElseWroteOrChangedIsNeverSigned() {
    secret("app");
    imported("genuine");
    about("genuine");
    String endpoint = endpointOf("app");
    await().until(() -> !only("delivered", endpoint).isMissingNode());
    String ours = " from webhook_delivery where state = 'delivered'";
    for (String forged : List.of("detail, mac", "'no JSON', null")) {
      Behind.execute(proxy, Store.VAULT, "insert into webhook_delivery (workspace_id, delivery_id, message_id, webhook_id, type, "
          + "happened_at, state, next_at, expires_at, detail, mac) select workspace_id, gen_random_uuid(), gen_random_uuid(), "
          + "webhook_id, type, happened_at, 'pending', now() - interval '1 minute', expires_at, " + forged + ours);
    }
    Behind.execute(proxy, Store.VAULT, "update webhook_delivery set state = 'pending', done_at = null, next_at = now(), type = "
        + "'connection.disconnected' where state = 'delivered'");
    await().until(() -> refused() == 3);
    imported("after-them");
    about("after-them");
    assertThat(app.rest()).isEmpty();
    await().untilAsserted(() -> assertThat(deliveries("?status=delivered")).as("what was sent").hasSize(1));
    assertThat(proxy.application().send("GET", "/v1/audit-events?type=webhook.delivery_dead").expect(200).text())
        .contains("integrity_error");
  }

  private int refused() {
    int refused = 0;
    for (JsonNode one : deliveries("?status=dead")) {
      refused += one.path("last_outcome").asText().equals("integrity_error") ? 1 : 0;
    }
    return refused;
  }

  @Test
  void whatFailsForOneEndpointHoldsUpNoOther() {
    imported("unlucky");
    String bad = endpointOf("app");
    Behind.execute(proxy, Store.VAULT, "alter table webhook_delivery add constraint one_bad check (webhook_id <> '"
        + WebhookId.parse(bad).value() + "' or (tries = 0 and state <> 'dead'))");
    try {
      secret("app");
      secret("other");
      assertThat(other.next().type()).as("due later than what fails").isEqualTo("connection.created");
      CLOCK.advance(Duration.ofDays(4));
      CellStage.Ran tidied = CellStage.run("jobs", "run", "webhooks", "--config",
          proxy.deployment().directory().resolve("authpipe-1.yaml").toString());
      assertThat(tidied.code()).as(tidied.out() + tidied.err()).isZero();
      assertThat(only("dead", endpointOf("inside")).path("last_outcome").asText()).isEqualTo("expired");
      assertThat(only("pending", bad).path("tries").asInt()).isZero();
    } finally {
      Behind.execute(proxy, Store.VAULT, "alter table webhook_delivery drop constraint one_bad");
    }
  }

  @Test
  @Tag("S53")
  void anErasureThatTheLedgerReplaysDeletesThePersonsEvents() {
    imported("restored-person");
    imported("bystander");
    String told = "select count(*) from webhook_delivery where type = 'connection.created'";
    assertThat(sql(told)).isEqualTo("6");
    Behind.execute(proxy, Store.VAULT, "create table kept_delivery as select * from webhook_delivery");
    proxy.application().send("DELETE", "/v1/end-users/restored-person").expect(202);
    await().until(() -> sql("select count(*) from erasure where state <> 'completed'").equals("0"));
    proxy.stop();
    for (String statement : List.of("delete from webhook_delivery", "insert into webhook_delivery select * from kept_delivery",
        "drop table kept_delivery", "delete from erasure_ledger", "delete from erasure")) {
      Behind.execute(proxy, Store.VAULT, statement);
    }
    assertThat(sql(told)).as("as in the copy").isEqualTo("6");
    proxy.again();
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(sql(told)).as("the bystander's").isEqualTo("3"));
  }
}
