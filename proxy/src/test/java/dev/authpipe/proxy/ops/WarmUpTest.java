package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.caller.KeyCheckRehearsal;
import dev.authpipe.proxy.envelope.OpeningRehearsal;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.TestCertificates;

/** What the proxy does by itself before it says that it is ready: that it is waited for, that it is real, and that nothing is left of it. */
class WarmUpTest {
  private static final String LONG = "warm_up: {limit: 30 s}\n";

  @TempDir
  Path directory;

  @TempDir
  Path cold;

  @Test
  @Tag("S93")
  void readyOnlyAfterTheWarmUpAndServingMeanwhile() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        RunningProxy proxy = RunningProxy.start(ProxyFiles.write(directory, stores, LONG), Map.of(),
            Map.of(HeldRehearsal.PROPERTY, true))) {
      HeldRehearsal held = proxy.bean(HeldRehearsal.class);
      assertThat(held.begun.await(20, TimeUnit.SECONDS)).isTrue();

      HttpResponse<String> before = get(ready(proxy));

      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(before.body()).contains("\"warm_up\":\"DOWN\"", "\"vault\":\"UP\"", "\"status\":\"DOWN\"");
      assertThat(get(proxy.api().resolve("/v1/connections")).statusCode()).isEqualTo(401);
      held.letGo.countDown();
      awaitReady(proxy);
    }
  }

  @Test
  void aWarmUpThatIsNotWantedIsNotWaitedFor() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        RunningProxy proxy = RunningProxy.start(ProxyFiles.write(directory, stores, "warm_up: {limit: 0 s}\n"), Map.of())) {
      assertThat(get(ready(proxy)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void everyPartOfItIsWalkedPlainAndOverTls() throws Exception {
    TestCertificates.create().issue("127.0.0.1", "localhost").writePemFiles(directory);
    for (String listeners : new String[]{"", "secure"}) {
      try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
          RunningProxy proxy = RunningProxy.start(settings(stores, listeners.equals("secure")), Map.of())) {
        Collection<Rehearsal> all = proxy.beans(Rehearsal.class);
        assertThat(all).hasSize(3);
        for (Rehearsal rehearsal : all) {
          for (int round = 0; round < 3; round++) {
            assertThat(rehearsal.once()).as("%s %s, round %d", listeners, rehearsal, round).isTrue();
          }
        }
      }
    }
  }

  private Path settings(EmbeddedDatabases.StoreSet stores, boolean secure) throws IOException {
    Path file = ProxyFiles.write(directory, stores, "");
    if (secure) {
      String text = Files.readString(file);
      Files.writeString(file,
          text.replace("listeners:\n",
              "listeners:\n  tls: {certificate: certificate.pem, private_key: {file: private-key.pem}}\n"));
    }
    return file;
  }

  @Test
  @Tag("S40")
  void nothingIsLeftOfTheWarmUp() throws Exception {
    Map<String, Long> warm;
    Map<String, Long> without;
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      try (RunningProxy proxy = RunningProxy.start(ProxyFiles.write(directory, stores, LONG), Map.of())) {
        awaitReady(proxy);
        for (int i = 0; i < 100; i++) {
          assertThat(proxy.bean(KeyCheckRehearsal.class).once()).isTrue();
          assertThat(proxy.bean(OpeningRehearsal.class).once()).isTrue();
        }
      }
      warm = rows(stores);
    }
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      RunningProxy.start(ProxyFiles.write(cold, stores, ""), Map.of()).close();
      without = rows(stores);
    }
    assertThat(warm).isEqualTo(without);
    assertThat(warm).containsEntry("vault.api_key", 0L).containsEntry("vault.connection", 0L);
  }

  /** Rows by table, but of tables of scheduled work, which differ with what the time allowed. */
  private static Map<String, Long> rows(EmbeddedDatabases.StoreSet stores) throws SQLException {
    Map<String, Long> rows = new TreeMap<>();
    for (Store store : new Store[]{Store.VAULT, Store.CLIENT_SECRETS}) {
      try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
        Map<String, Long> of = new TreeMap<>();
        try (ResultSet tables = statement.executeQuery(
            "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")) {
          while (tables.next()) {
            of.put(tables.getString(1), 0L);
          }
        }
        for (String table : of.keySet()) {
          try (ResultSet count = statement.executeQuery("select count(*) from " + table)) {
            count.next();
            rows.put(store.databaseName() + "." + table, count.getLong(1));
          }
        }
      }
    }
    rows.keySet().removeIf(name -> name.matches(".*\\.(job|job_.*|audit_checkpoint.*)"));
    return rows;
  }

  private static URI ready(RunningProxy proxy) {
    return proxy.management().resolve("/health/ready");
  }

  private static void awaitReady(RunningProxy proxy) {
    await().atMost(Duration.ofSeconds(40)).until(() -> get(ready(proxy)).statusCode() == 200);
  }

  private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
