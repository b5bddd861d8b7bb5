package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;
import dev.authpipe.testkit.StoreDump;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.tlog.SignedDocument;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.VerifierKey;

/**
 * Somebody in every place where a person can be is erased; then every row, every file of the databases and the write-ahead log is searched. What is
 * found must be what the receipt names: dead row versions and the write-ahead log, until they are overwritten, and never a secret.
 */
@Tag("long")
@Tag("S52")
class ErasureDumpTest {
  private static final String NAMES = "end_user, provider_account, connection, connect_session, connect_attempt";

  private final Map<String, CanaryText> names = new LinkedHashMap<>();
  private final Map<String, CanaryText> secrets = new LinkedHashMap<>();

  private String name(String what) {
    return names.computeIfAbsent(what, _ -> CanaryText.random(new SecureRandom())).text();
  }

  private CanaryText secret(String what) {
    return secrets.computeIfAbsent(what, _ -> CanaryText.random(new SecureRandom()));
  }

  @Test
  void afterAnErasureNothingIsFoundThatTheReceiptDoesNotName() throws SQLException {
    try (EmbeddedDatabases databases = EmbeddedDatabases.start();
        ProxyFixture proxy = ProxyFixture.with().databases(databases).start()) {
      StoreSet stores = proxy.deployment().stores();
      String others = proxy.connectUser("ben-in-plain-sight");
      connectEverywhere(proxy);
      execute(stores, "analyze");
      assertThat(found(names, StoreDump.rows(stores.superuser(Store.VAULT)))).as("the search finds who is there")
          .containsExactlyInAnyOrderElementsOf(names.keySet());

      JsonNode erasure = erased(proxy.application(), name("identifier"));

      everyRow(stores);
      receiptNamesWhatIsLeft(stores, erasure, key(proxy));
      whatIsLeftGoesWhenItIsOverwritten(stores);
      assertThat(AuditTreeCheck.check(stores.superuser(Store.VAULT))).isPositive();
      assertThat(AuditTreeCheck.check(stores.superuser(Store.CLIENT_SECRETS))).isPositive();
      proxy.application().accessToken(others).expect(200);
      proxy.application().proxied(others, "/me").expect(200);
    }
  }

  /** Connections of each kind, a remembered answer, a flow that was never finished, a disconnected shell. */
  private void connectEverywhere(ProxyFixture proxy) {
    ContractClient application = proxy.application();
    String person = name("identifier");
    Account account = Account.named(name("account login"), name("account name"));
    proxy.provider().addAccount(account);
    proxy.deployment().providerSettings().canary(secret("tokens"));
    String first = connected(proxy, account, "sandbox");
    application.send("PATCH", "/v1/connections/" + first, Map.of("metadata", Map.of("note", name("metadata")))).expect(200);
    assertThat(application.accessToken(first).expect(200).json().path("access_token").asText()).contains(secret("tokens").text());
    application.send("POST", "/v1/connections/" + first + "/refresh").expect(200);
    String ended = connected(proxy, account, "sandbox-grace");
    application.send("DELETE", "/v1/connections/" + ended).expect(200);
    String key = proxy.provider().createApiKey(account).reveal();
    application
        .send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user", Map.of("id", person), "credential",
            Map.of("type", "api_key", "api_key", key)), Map.of("Idempotency-Key", "import-1"))
        .expect(201);
    ConnectFlow open = proxy.flow(person);
    open.create(session(open, "sandbox-strict")).expect(201);
    proxy.provider().consentsNext(account);
    open.open().authorize();
  }

  private String connected(ProxyFixture proxy, Account account, String integration) {
    ConnectFlow flow = proxy.flow(name("identifier"));
    flow.create(session(flow, integration)).expect(201);
    proxy.provider().consentsNext(account);
    flow.open().authorize();
    return flow.finish().expect(200).json().at("/connection/id").asText();
  }

  private Map<String, Object> session(ConnectFlow flow, String integration) {
    Map<String, Object> request = flow.sessionRequest(integration);
    request.put("end_user", Map.of("id", name("identifier"), "display_name", name("display name"), "email",
        name("e-mail address") + "@example.com"));
    return request;
  }

  private static JsonNode erased(ContractClient application, String person) {
    String id = application.send("DELETE", "/v1/end-users/" + person).expect(202).json().at("/erasure/id").asText();
    JsonNode[] last = new JsonNode[1];
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      last[0] = application.send("GET", "/v1/erasures/" + id).expect(200).json().path("erasure");
      return last[0].path("status").asText().equals("completed");
    });
    assertThat(last[0].path("connections")).hasSize(3);
    return last[0];
  }

  /** No row of any table has anything, nor what PostgreSQL's planner remembers of values. */
  private void everyRow(StoreSet stores) throws SQLException {
    for (Store store : new Store[]{Store.VAULT, Store.CLIENT_SECRETS}) {
      byte[] rows = StoreDump.rows(stores.superuser(store));
      assertThat(found(names, rows)).isEmpty();
      assertThat(found(secrets, rows)).isEmpty();
      assertThat(rows.length).isGreaterThan(1_000);
    }
    String statistics = values(stores,
        "select coalesce(string_agg(s::text, ' '), '') from pg_stats s where schemaname = 'public'");
    assertThat(statistics).contains("audit_event");
    assertThat(found(names, statistics.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  private void receiptNamesWhatIsLeft(StoreSet stores, JsonNode erasure, VerifierKey key) {
    SignedDocument receipt = SignedDocument.open(SignedNote.parse(erasure.path("receipt").asText()), key, "erasure-receipt");
    Map<?, ?> horizons = (Map<?, ?>) Objects.requireNonNull(receipt.body().get("horizons"));
    Path files = StoreDump.databaseDirectory(stores.superuser(Store.VAULT));
    Path wal = StoreDump.writeAheadLog(stores.superuser(Store.VAULT));
    for (Path place : Set.of(files, wal, StoreDump.databaseDirectory(stores.superuser(Store.CLIENT_SECRETS)))) {
      assertThat(found(secrets, place)).as("secrets in %s", place).isEmpty();
    }
    if (!found(names, files).isEmpty()) {
      assertThat(horizons.get("row_versions")).isEqualTo("until_overwritten");
    }
    assertThat(found(names, wal)).as("names are logged ahead in the clear; the receipt says so").isNotEmpty();
    assertThat(horizons.get("write_ahead_log")).isEqualTo("until_overwritten");
    assertThat(found(names, StoreDump.databaseDirectory(stores.superuser(Store.CLIENT_SECRETS)))).isEmpty();
    assertThat(receipt.text()).doesNotContain(names.values().stream().map(CanaryText::text).toArray(String[]::new));
  }

  /** As docs/operations.md tells operators who do not want to wait. */
  private void whatIsLeftGoesWhenItIsOverwritten(StoreSet stores) throws SQLException {
    try (Connection owner = stores.owner(Store.VAULT).getConnection(); Statement statement = owner.createStatement()) {
      statement.execute("vacuum full " + NAMES);
    }
    Path files = StoreDump.databaseDirectory(stores.superuser(Store.VAULT));
    assertThat(found(names, files)).isEmpty();
    assertThat(CanaryText.of("ben-in-plain-sight").search(files)).as("the search finds who is still there").isNotEmpty();
  }

  /** As an operator gets it. */
  private static VerifierKey key(ProxyFixture proxy) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        System.err, "audit", "key", "--config", proxy.firstSettings().toString());
    assertThat(code).isZero();
    return VerifierKey.parse(out.toString(StandardCharsets.UTF_8).strip());
  }

  private static Set<String> found(Map<String, CanaryText> canaries, byte[] content) {
    Set<String> found = new TreeSet<>();
    canaries.forEach((what, canary) -> {
      if (!canary.search(content).isEmpty()) {
        found.add(what);
      }
    });
    return found;
  }

  private static Set<String> found(Map<String, CanaryText> canaries, Path place) {
    Set<String> found = new TreeSet<>();
    canaries.forEach((what, canary) -> canary.search(place).forEach(one -> found.add(what + " in " + one.place())));
    return found;
  }

  private static void execute(StoreSet stores, String sql) throws SQLException {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String values(StoreSet stores, String query) throws SQLException {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
