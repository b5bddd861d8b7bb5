package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.wire.ConnectionId;

/** Reminders and replacement as an application and an operator see them, over real HTTP. */
class RotationFlowTest {
  private static final JumpingClock CLOCK = new JumpingClock();
  private static WebhookReceiver app;
  private static ProxyFixture proxy;

  @BeforeAll
  static void start() throws IOException {
    app = new WebhookReceiver();
    String key = Files.readString(Path.of("src/main/resources/catalog/sandbox-key.yaml"));
    String yearly = Files.readString(Path.of("src/main/resources/catalog/sandbox.yaml"));
    proxy = ProxyFixture.with().clock(CLOCK).webhooks(Map.of("app", app.url()))
        .providerDirectory(Map.of("aging-key.yaml",
            key.replace("provider: sandbox-key", "provider: aging-key").replace("  label: API key\n",
                "  label: API key\n  rotate_after: 90 d\n"),
            "of-a-year.yaml",
            yearly.replace("provider: sandbox\n", "provider: yearly\n").replace("refresh:\n",
                "refresh:\n  absolute_lifetime: 365 d\n")))
        .integrations(List.of("aging-key", "yearly")).start();
    operator("webhook", "secret", "--workspace", ProofDeployment.OWN, "app");
  }

  @AfterAll
  static void stop() {
    proxy.close();
    app.close();
  }

  private static CellStage.Ran operator(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = proxy.firstSettings().toString();
    CellStage.Ran ran = CellStage.run(all);
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    return ran;
  }

  private static WebhookReceiver.Received next(String type, String connection) {
    WebhookReceiver.Received received = app.next();
    while (!received.type().equals(type) || !received.value("/data/connection").asText().equals(connection)) {
      received = app.next();
    }
    return received;
  }

  private static String imported(String person, String apiKey) {
    return proxy.application().send("POST", "/v1/connections", Map.of("integration", "aging-key", "end_user",
        Map.of("id", person), "credential", Map.of("type", "api_key", "api_key", apiKey))).expect(201).json().path("id").asText();
  }

  private static String fresh() {
    return proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal();
  }

  @Test
  void theApplicationIsToldThatAKeyIsDueAndUsesItOn() {
    String connection = imported("told-person", fresh());
    CLOCK.advance(Duration.ofDays(91));
    operator("jobs", "run", "reminders");
    WebhookReceiver.Received told = next("connection.rotation_due", connection);
    assertThat(told.value("/data/end_user/id").asText()).isEqualTo("told-person");
    assertThat(told.value("/data/overdue").asBoolean()).isTrue();
    assertThat(told.value("/data/reason").asText()).isEqualTo("rotate_after");
    assertThat(Instant.parse(told.value("/data/due_at").asText())).isBefore(CLOCK.instant());
    proxy.application().proxied(connection, "/me").expect(200);
    assertThat(operator("jobs", "list").out()).contains("reminders");
    assertThat(proxy.metrics()).containsPattern("authpipe_rotation_due\\{secret=\"connection\",?} [1-9]")
        .containsPattern("authpipe_rotation_oldest_overdue_seconds\\{secret=\"connection\",?} [1-9]")
        .contains("authpipe_rotation_due{secret=\"client_secret\"");
  }

  @Test
  void theApplicationIsToldThatAGrantEnds() {
    String connection = proxy.connectUser("yearly", "yearly-person");
    CLOCK.advance(Duration.ofDays(360));
    operator("jobs", "run", "reminders");
    WebhookReceiver.Received told = next("connection.reauth_upcoming", connection);
    assertThat(told.value("/data/reason").asText()).isEqualTo("absolute_limit");
    assertThat(told.body().at("/data").has("overdue")).isFalse();
    JsonNode reconsent = proxy.application().send("GET", "/v1/connections/" + connection).expect(200).json().path("reconsent");
    assertThat(Duration.between(Instant.parse(reconsent.path("at").asText()), Instant.parse(told.value("/data/due_at").asText()))
        .abs()).isLessThan(Duration.ofSeconds(1));
    assertThat(reconsent.path("moves_with_use").asBoolean()).isFalse();
  }

  @Test
  @Tag("S1")
  void aReplacementIsTriedBeforeItCountsAndShowsItsBeginningOnly() {
    CanaryText old = CanaryText.of(fresh());
    String connection = imported("replacer", old.text());
    ContractAnswer refused = proxy.application().send("PUT", "/v1/connections/" + connection + "/credential",
        Map.of("type", "api_key", "api_key", "sbx_key_that_the_provider_does_not_know_at_all"));
    assertThat(refused.code()).isEqualTo("credential_refused");
    assertThat(generation(connection)).isEqualTo(1);
    proxy.application().proxied(connection, "/me").expect(200);

    CanaryText next = CanaryText.of(fresh());
    ContractAnswer replaced = proxy.application().send("PUT", "/v1/connections/" + connection + "/credential",
        Map.of("type", "api_key", "api_key", next.text(), "secret_expires_at",
            CLOCK.instant().plus(Duration.ofDays(3)).toString()))
        .expect(200);
    String shown = replaced.json().path("masked_prefix").asText();
    assertThat(next.text()).startsWith(shown);
    assertThat(shown.length()).isLessThanOrEqualTo(4).isLessThan(next.text().length() / 8 + 1);
    assertThat(generation(connection)).isEqualTo(2);
    assertThat(next("connection.updated", connection).value("/data/change").asText()).isEqualTo("credential");
    operator("jobs", "run", "reminders");
    WebhookReceiver.Received told = next("connection.rotation_due", connection);
    for (CanaryText secret : List.of(old, next)) {
      for (String place : List.of(replaced.text(), told.request().bodyText(),
          proxy.application().send("GET", "/v1/audit-events?limit=200").text(),
          proxy.application().send("GET", "/v1/connections/" + connection).text(), StoreText.of(proxy.deployment(), Store.VAULT,
              "reminder"),
          StoreText.of(proxy.deployment(), Store.VAULT, "webhook_delivery"))) {
        assertThat(place).doesNotContain(secret.text());
      }
    }
    assertThat(StoreText.of(proxy.deployment(), Store.VAULT, "reminder"))
        .contains(ConnectionId.parse(connection).value().toString());
  }

  private static long generation(String connection) {
    return proxy.application().send("GET", "/v1/connections/" + connection).expect(200).json().path("generation").asLong();
  }

  @Test
  void theOperatorStatesTheEndOfAClientSecretAndDoctorWarns() {
    String soon = Instant.now().plus(Duration.ofDays(12)).toString();
    String set = command("a-client-secret-of-some-length-0123\n", "secret", "set", "guarded", "--workspace", ProofDeployment.OWN,
        "--expires-at", soon, "--json");
    assertThat(set).contains("\"expires_at\":\"" + soon.substring(0, 19)).contains("\"reason\":\"secret_expires_at\"")
        .contains("\"overdue\":false").doesNotContain("a-client-secret");
    assertThat(operator("secret", "list", "--workspace", ProofDeployment.OWN).out())
        .contains("guarded: version 2, set ").contains("to be replaced by " + soon.substring(0, 19))
        .contains("sandbox-strict: version 1, set ").contains("no date to replace it is known");
    assertThat(operator("secret", "list", "--workspace", ProofDeployment.OWN, "--json").out()).contains("\"due_at\":\"");
    assertThat(operator("doctor").out()).containsPattern("weak +rotation +client secret of acme/guarded: version 2")
        .doesNotContain("client secret of acme/sandbox");
    for (String wrong : List.of("soon", "2020-01-01T00:00:00Z")) {
      assertThat(command("another-client-secret-0123456789\n", "secret", "set", "guarded", "--workspace", ProofDeployment.OWN,
          "--expires-at", wrong)).contains("--expires-at is ").doesNotContain("another-client-secret");
    }
  }

  /** What a command wrote, also when it failed. */
  private static String command(String input, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = proxy.firstSettings().toString();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code = AuthpipeCommand.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        print, print, all);
    assertThat(code).isLessThan(2);
    return out.toString(StandardCharsets.UTF_8);
  }
}
