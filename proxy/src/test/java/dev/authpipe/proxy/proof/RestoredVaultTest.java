package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;

/** The files of the vault come back from before an erasure, without the proxy being told. */
@Tag("long")
@Tag("S53")
class RestoredVaultTest {
  @Test
  void nobodyIsServedBeforeErasuresThatTheVaultLacksWereCarriedOutAgain() throws Exception {
    try (ProxyFixture proxy = ProxyFixture.start()) {
      StoreSet stores = proxy.deployment().stores();
      String hers = proxy.connectUser("ada-lovelace");
      String his = proxy.connectUser("sandbox-grace", "ben-barker");
      proxy.stop();
      stores.copy(Store.VAULT);
      proxy.again();
      ContractClient application = proxy.application();
      proxy.connectUser("sandbox-strict", "cleo-after-the-copy");
      String erasure = erased(application, "ada-lovelace");
      erased(application, "cleo-after-the-copy");
      application.send("GET", "/v1/connections/" + hers).expect(404);
      URI api = proxy.addresses().api();
      proxy.stop();

      stores.restore(Store.VAULT);
      assertThat(column(stores, "select identifier from end_user")).as("she is back").contains("ada-lovelace");
      CompletableFuture<Void> starting;
      try (Connection blocker = stores.superuser(Store.VAULT).getConnection(); Statement statement = blocker.createStatement()) {
        blocker.setAutoCommit(false);
        statement.execute("lock table erasure_ledger in access exclusive mode");
        starting = CompletableFuture.runAsync(proxy::again, Thread::startVirtualThread);
        await().atMost(Duration.ofSeconds(60)).until(() -> starting.isDone()
            || !column(stores, "select 1 from pg_locks where not granted and relation = 'erasure_ledger'::regclass").isEmpty());
        assertThat(starting).as("it waits for the ledger").isNotDone();
        assertThatThrownBy(() -> reach(api)).isInstanceOf(IOException.class);
        blocker.rollback();
      }
      starting.join();

      application.send("GET", "/v1/connections/" + hers).expect(404);
      application.send("GET", "/v1/end-users/ada-lovelace/export").expect(404);
      assertThat(column(stores, "select identifier from end_user")).containsExactly("ben-barker");
      application.accessToken(his).expect(200);
      assertThat(column(stores, "select type from audit_event where object_id = '" + erasure + "' order by seq"))
          .containsExactly("erasure.replayed", "erasure.completed");
      assertThat(column(stores, "select count(*) from erasure_ledger")).containsExactly("2");
      assertThat(application.send("GET", "/v1/erasures/" + erasure).expect(200).json().at("/erasure/status").asText())
          .isEqualTo("completed");
      assertThat(new ContractClient(proxy.addresses().management(), "").send("GET", "/health/ready").expect(200).json()
          .path("erasures").asText()).isEqualTo("UP");
    }
  }

  private static String erased(ContractClient application, String person) {
    String id = application.send("DELETE", "/v1/end-users/" + person).expect(202).json().at("/erasure/id").asText();
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      JsonNode erasure = application.send("GET", "/v1/erasures/" + id).expect(200).json().path("erasure");
      return erasure.path("status").asText().equals("completed");
    });
    return id;
  }

  private static void reach(URI address) throws IOException {
    new Socket(address.getHost(), address.getPort()).close();
  }

  private static List<String> column(StoreSet stores, String query) throws SQLException {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
