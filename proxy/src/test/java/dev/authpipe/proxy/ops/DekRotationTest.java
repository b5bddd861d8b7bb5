package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.proxy.http.ListenerSettings;
import dev.authpipe.proxy.proof.ContractClient;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Rotation of a workspace's keysets without a control plane: by command and by age, and what keeps the keyset before. */
@Tag("S6")
class DekRotationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String WORKSPACE = """
      jobs: {keyset-rotation: 1 s}
      workspaces:
        - name: acme
          integrations:
            - {slug: sandbox-key, return_urls: ["http://127.0.0.1:3000/connected"]}
      """;

  @TempDir
  Path directory;
  private EmbeddedDatabases.StoreSet stores;
  private RunningProxy proxy;

  private record Ran(int code, String out, String err) {
    JsonNode workspace() {
      try {
        return new ObjectMapper().readTree(out).at("/workspaces/0");
      } catch (IOException failure) {
        throw new IllegalStateException(out + err, failure);
      }
    }
  }

  @BeforeEach
  void start() {
    stores = EmbeddedDatabases.shared().create();
    proxy = RunningProxy.start(directory, stores, WORKSPACE, Map.of(), Map.of());
  }

  @AfterEach
  void stop() {
    proxy.close();
    stores.close();
  }

  private Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = directory.resolve("authpipe.yaml").toString();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), all);
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private List<String> column(Store store, String sql) {
    List<String> column = new ArrayList<>();
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            column.add(rows.getString(1));
          }
        }
      }
      return column;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String table(Store store) {
    return store == Store.VAULT ? "workspace_keyset" : "client_keyset";
  }

  /** Lets the time of a step pass. */
  private void passes(String column) {
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      column(store, "update %1$s set %2$s = %2$s - interval '7 minutes' where %2$s is not null".formatted(table(store), column));
    }
  }

  private List<String> states() {
    return List.of(String.join(" ", column(Store.VAULT, "select state from workspace_keyset order by keyset_version")),
        String.join(" ", column(Store.CLIENT_SECRETS, "select state from client_keyset order by keyset_version")));
  }

  private void awaitStates(String both) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(states()).containsExactly(both, both));
  }

  /** Waits until the job has looked at everything again. */
  private void severalRuns() {
    String runs = "select count(*) from audit_event where type = 'job.completed' and object_id = 'keyset-rotation'";
    long before = Long.parseLong(column(Store.VAULT, runs).getFirst());
    await().atMost(PATIENCE).until(() -> Long.parseLong(column(Store.VAULT, runs).getFirst()) >= before + 2);
  }

  /** Lets time pass, and the job look. */
  private void assertKept(String why) {
    severalRuns();
    passes("unused_since");
    severalRuns();
    assertThat(states().getFirst()).as(why).isEqualTo("decrypt_only active");
  }

  private String connection(String person) {
    ContractClient application = new ContractClient(proxy.api(), proxy.apiKey("acme"));
    return application.send("POST", "/v1/connections", Map.of("integration", "sandbox-key", "end_user", Map.of("id", person),
        "credential", Map.of("type", "api_key", "api_key", "sbx_key_" + UUID.randomUUID()))).expect(201).json().path("id")
        .asText();
  }

  @Test
  void aRotationIsBegunByCommandAndTheKeysetBeforeGoesWhenNothingNamesItAnyMore() {
    List.of("ada", "ben", "cleo").forEach(this::connection);
    Ran begun = run("dek", "rotate", "--no-wait", "--json");
    assertThat(begun.code()).as(begun.err()).isZero();
    assertThat(begun.err()).contains("acme: a rotation has begun");
    assertThat(begun.workspace().path("status").asText()).isEqualTo("rotating");
    assertThat(begun.workspace().at("/vault/phase").asText()).isEqualTo("opening");
    assertThat(begun.workspace().at("/vault/asked_by").asText()).isEqualTo("operator");
    Ran again = run("dek", "rotate", "--no-wait");
    assertThat(again.code()).isZero();
    assertThat(again.err()).contains("acme: a rotation is under way already");
    assertThat(again.out()).contains("acme, credentials: the new keyset opens only, for 4:");

    awaitStates("active opens_only");
    passes("created_at");
    awaitStates("decrypt_only active");
    assertThat(run("dek", "status").out()).contains("the new keyset seals; for 5:");
    String named = column(Store.VAULT,
        "select distinct ('x' || encode(substring(sealed from 3 for 4), 'hex'))::bit(32)::integer from credential").getFirst();
    UUID away = new UUID(0, 1);
    UUID silent = new UUID(0, 2);
    column(Store.VAULT, "insert into rescue_journal values ('" + away + "', array[" + named + "], false, clock_timestamp()), ('"
        + silent + "', '{}', false, clock_timestamp() - interval '1 hour')");

    passes("activated_at");
    Ran resealed = run("dek", "rotate", "--status", "--json"); // waits until all is resealed
    assertThat(resealed.code()).as(resealed.err()).isZero();
    assertThat(resealed.workspace().path("status").asText()).isEqualTo("resealed");
    assertThat(resealed.workspace().at("/vault/phase").asText()).isEqualTo("ending");
    assertThat(resealed.workspace().at("/vault/journals")).extracting(JsonNode::asText)
        .containsExactly(away.toString(), silent.toString());
    assertThat(resealed.workspace().at("/vault/left").asLong()).isZero();
    assertThat(resealed.workspace().at("/vault/keysets/1/records").asLong()).isEqualTo(3);
    column(Store.VAULT, "delete from rescue_journal where journal_id = '" + silent + "'");
    assertKept("a rescue journal names the keyset before");
    column(Store.VAULT,
        "insert into rescue_journal values ('" + silent + "', '{}', false, clock_timestamp() - interval '1 hour')");
    assertThat(run("dek", "forget-journal", away.toString()).code()).isZero();
    assertThat(run("dek", "forget-journal", away.toString()).err()).contains("nothing is known of a rescue journal");
    assertKept("nothing was heard of a journal since nobody seals under that keyset");
    assertThat(run("dek", "forget-journal", silent.toString()).code()).isZero();
    severalRuns();
    assertThat(states().getFirst()).as("something that names it may still be cached").isEqualTo("decrypt_only active");
    assertThat(run("dek", "status").out()).contains("acme, credentials: nothing names the keyset before any more");
    await().atMost(PATIENCE).untilAsserted(() -> {
      passes("unused_since");
      assertThat(states()).containsExactly("destroyed active", "destroyed active");
    });
    Ran done = run("dek", "rotate", "--status", "--json");
    assertThat(done.workspace().path("status").asText()).isEqualTo("completed");
    assertThat(column(Store.VAULT, "select type from audit_event where type like 'keyset.%' order by seq"))
        .containsSubsequence("keyset.created", "keyset.activated", "keyset.destroyed");
  }

  @Test
  void aKeysetIsRotatedByItsAgeAndNotAllAtOnce() {
    severalRuns();
    assertThat(states()).containsExactly("active", "active");
    KeysetHistory history = proxy.bean(KeysetHistory.class);
    String at95Percent = "insert into workspace_keyset (workspace_id, keyset_version, kek_name, wrapped, state, created_at)"
        + " values ('0190a5c8-0000-7000-8000-0000000000%s', 1, 'main', '\\x01', 'active', clock_timestamp() - interval '95 days')";
    column(Store.VAULT, at95Percent.formatted("00"));
    column(Store.VAULT, at95Percent.formatted("ff"));
    assertThat(history.aged(Duration.ofDays(100))).extracting(one -> one.value().toString())
        .containsExactly("0190a5c8-0000-7000-8000-000000000000");
    column(Store.VAULT, "delete from workspace_keyset where wrapped = '\\x01'");

    column(Store.VAULT, "update workspace_keyset set created_at = created_at - interval '366 days'");
    awaitStates("active opens_only");
    assertThat(column(Store.VAULT, "select asked_by from workspace_keyset where state = 'opens_only'")).containsExactly("age");
    assertThat(run("dek", "status", "--json").workspace().at("/vault/asked_by").asText()).isEqualTo("age");
    assertThat(history.aged(Duration.ofDays(100))).as("one at a time").isEmpty();
  }

  @Test
  void metricsTellOfAllWorkspacesTogether() {
    connection("ada");
    run("dek", "rotate", "--no-wait");
    awaitStates("active opens_only");
    column(Store.VAULT, "update workspace_keyset set counted_at = null");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(
        column(Store.VAULT, "select records from workspace_keyset where state = 'active'")).containsExactly("1"));
    URI management = URI.create("http://127.0.0.1:" + proxy.bean(ListenerSettings.class).management().port());
    assertThat(new ContractClient(management, "").send("GET", "/metrics").expect(200).text())
        .containsPattern("authpipe_keyset_rows\\{state=\"active\",store=\"vault\",?} 1\\.0")
        .containsPattern("authpipe_keysets\\{state=\"opens_only\",store=\"client_secrets\",?} 1\\.0")
        .containsPattern("authpipe_keyset_oldest_seconds\\{state=\"active\",store=\"vault\",?} [0-9]");
  }
}
