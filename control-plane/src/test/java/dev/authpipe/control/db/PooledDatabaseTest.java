package dev.authpipe.control.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.secret.SecretText;
import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.PgBouncer;
import dev.authpipe.wire.WorkspaceId;

/** The store through PgBouncer in transaction mode, with one connection that transactions share. Skipped where that is not installed. */
class PooledDatabaseTest {
  private static EmbeddedDatabases.StoreSet stores;
  private static PgBouncer pooler;

  @BeforeAll
  static void start() {
    Assumptions.assumeTrue(PgBouncer.isInstalled(), PgBouncer.missing());
    stores = EmbeddedDatabases.shared().create();
    pooler = PgBouncer.inFrontOf(EmbeddedDatabases.shared(), 1);
  }

  @AfterAll
  static void stop() {
    if (pooler != null) {
      pooler.close();
      stores.close();
    }
  }

  @Test
  void aTransactionIsBoundToItsWorkspaceAndItsStatementsEndInTime() {
    WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
    try (Database database = new Database(settings())) {
      String bound = database.inWorkspace(workspace,
          tx -> tx.dsl().fetchSingle("select current_setting('authpipe.workspace')").get(0, String.class));
      assertThat(bound).isEqualTo(workspace.value().toString());
      assertThatThrownBy(() -> database.lookUp(dsl -> dsl.execute("select pg_sleep(20)")))
          .isInstanceOf(StoreUnavailableException.class).hasStackTraceContaining("statement timeout");
      String after = database.lookUp(dsl -> dsl.fetchSingle("select current_setting('authpipe.workspace')").get(0, String.class));
      assertThat(after).as("what stayed with the shared connection").isEmpty();
    }
  }

  private static StoreSettings settings() {
    return new StoreSettings(pooler.through(stores.jdbcUrl(Store.CONTROL)), stores.jdbcUrl(Store.CONTROL),
        Store.CONTROL.applicationRole(), () -> SecretText.of(stores.password()), 2, Duration.ofSeconds(5),
        Duration.ofMillis(300));
  }
}
