package dev.authpipe.proxy.proof;

import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.PgBouncer;
import dev.authpipe.testkit.sandbox.Call;

/**
 * Two whole proxies whose every transaction goes through PgBouncer in transaction mode, with two connections to each database between them, and
 * whose notifications do not. Skipped where it is not installed.
 */
@Tag("long")
class PoolerFlowTest {
  private static final int SHARED = 2;
  private static final int READERS = 60;

  private static final JumpingClock CLOCK = new JumpingClock();
  private static PgBouncer pooler;
  private static ProxyFixture proxy;
  private static ContractClient second;

  @BeforeAll
  static void start() {
    Assumptions.assumeTrue(PgBouncer.isInstalled(), PgBouncer.missing());
    pooler = PgBouncer.inFrontOf(EmbeddedDatabases.shared(), SHARED);
    proxy = ProxyFixture.with().clock(CLOCK).jdbcUrl(pooler::through).directNotifications().start();
    second = proxy.application().at(proxy.second().api());
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
      pooler.close();
    }
  }

  @Test
  @Tag("S31")
  void aDisconnectIsSeenByTheOtherReplicaThoughItsRowIsWarm() {
    String connection = proxy.connectUser("pooled-leaver");
    second.accessToken(connection).expect(200);
    proxy.application().send("DELETE", "/v1/connections/" + connection).expect(200);
    // sooner than the 5 s after which a row is read again when nobody listens
    await().atMost(Duration.ofSeconds(3)).until(() -> second.accessToken(connection).status() != 200);
  }

  @Test
  @Tag("S54")
  void readersOfAnExpiredConnectionOnBothCauseOneRefresh() throws Exception {
    String connection = proxy.connectUser("pooled-popular");
    CLOCK.advance(ProofDeployment.PAST_EXPIRY);
    proxy.provider().forgetObservations();
    Gate provider = Gate.closed();
    proxy.provider().script().next(Call.REFRESH, heldBy(provider));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ContractAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        ContractClient reader = i % 2 == 0 ? proxy.application() : second;
        answers.add(threads.submit(() -> reader.accessToken(connection)));
      }
      provider.awaitArrivals(1);
      provider.open();
      for (Future<ContractAnswer> answer : answers) {
        answer.get().expect(200);
      }
    }
    assertThat(proxy.provider().calls(Call.REFRESH)).isEqualTo(1);
    assertThat(proxy.application().send("GET", "/v1/audit-events?object=" + connection).expect(200).text())
        .contains("connection.created", "refresh.succeeded");
  }

  @Test
  @Tag("S34")
  void oneWorkspaceSeesNothingOfTheOther() {
    String connection = proxy.connectUser("pooled-tenant");
    String foreign = proxy.connectForeignUser("pooled-stranger");
    assertThat(proxy.application().send("GET", "/v1/connections?limit=200").expect(200).text()).contains(connection)
        .doesNotContain(foreign);
    assertThat(proxy.stranger().send("GET", "/v1/connections?limit=200").expect(200).text()).contains(foreign)
        .doesNotContain(connection);
    second.accessToken(foreign).expect(404);
  }

  @Test
  void operatorsCommandsWorkToo() {
    assertThat(command(proxy.firstSettings(), "migrate")).contains("migrations applied: {vault=0, client_secrets=0}");
    assertThat(command(proxy.firstSettings(), "jobs", "run", "purges")).contains("purges");
    assertThat(command(proxy.firstSettings(), "doctor")).contains("ok      store_notifications")
        .doesNotContain("failed  store_notifications");
  }

  @Test
  @Tag("S92")
  void doctorSaysWhenNotificationsGoThroughThePooler() throws IOException {
    Path settings = proxy.firstSettings().resolveSibling("through.yaml");
    Files.writeString(settings, Files.readString(proxy.firstSettings()).replaceAll(", notification_url: \"[^\"]*\"", ""));
    assertThat(command(settings, "doctor")).contains("failed  store_notifications",
        "vault: changes are not heard of, for stores.vault.url leads through a pooler",
        "set stores.vault.notification_url to the address of PostgreSQL itself");
  }

  @Test
  void operationsMdTellsThePoolerWhatItIsToldHere() throws IOException {
    String page = Files.readString(Path.of("../docs/operations.md"));
    assertThat(page.substring(page.indexOf("[pgbouncer]"))).contains(PgBouncer.RULES);
  }

  private static String command(Path settings, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--config";
    all[words.length + 1] = settings.toString();
    AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(out, true, StandardCharsets.UTF_8), all);
    return out.toString(StandardCharsets.UTF_8);
  }
}
