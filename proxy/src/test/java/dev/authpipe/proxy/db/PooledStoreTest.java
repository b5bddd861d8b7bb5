package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.PgBouncer;
import dev.authpipe.wire.WorkspaceId;

/** A store through PgBouncer in transaction mode, two of whose connections many clients share. Skipped where that is not installed. */
class PooledStoreTest {
  private static final int SHARED = 2;
  private static final int CALLERS = 16;
  private static final int ROUNDS = 20;

  private static EmbeddedDatabases.StoreSet stores;
  private static PgBouncer pooler;

  @BeforeAll
  static void start() {
    Assumptions.assumeTrue(PgBouncer.isInstalled(), PgBouncer.missing());
    stores = EmbeddedDatabases.shared().create();
    pooler = PgBouncer.inFrontOf(EmbeddedDatabases.shared(), SHARED);
  }

  @AfterAll
  static void stop() {
    if (pooler != null) {
      pooler.close();
      stores.close();
    }
  }

  @Test
  @Tag("S34")
  void whoeverSharesAConnectionSeesTheirOwnRowsOnly() throws Exception {
    try (VaultDatabase first = new VaultDatabase(settings(null, Duration.ofSeconds(10)));
        VaultDatabase second = new VaultDatabase(settings(null, Duration.ofSeconds(10)));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<UUID>>> seen = new ArrayList<>();
      List<WorkspaceId> workspaces = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        WorkspaceId mine = new WorkspaceId(UUID.randomUUID());
        VaultDatabase database = i % 2 == 0 ? first : second;
        workspaces.add(mine);
        seen.add(threads.submit(() -> everSeen(database, mine)));
      }
      for (int i = 0; i < CALLERS; i++) {
        assertThat(seen.get(i).get()).containsOnly(workspaces.get(i).value());
      }
      for (int i = 0; i < ROUNDS; i++) {
        assertThat(left()).as("what stayed with a shared connection").isEmpty();
      }
    }
  }

  private static List<UUID> everSeen(VaultDatabase database, WorkspaceId mine) {
    database.run(mine,
        tx -> tx.dsl().execute("insert into audit_head (workspace_id, size, frontier) values (?, 0, '')", mine.value()));
    List<UUID> all = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      all.addAll(
          database.inWorkspace(mine, PooledStoreTest::logs));
      all.addAll(database.at(Database.FIRST, mine, PooledStoreTest::logs));
    }
    return all;
  }

  private static List<UUID> logs(Tx tx) {
    return tx.dsl().fetch("select workspace_id from audit_head").getValues(0, UUID.class);
  }

  /** The workspace of somebody who has bound nothing. */
  private static String left() throws SQLException {
    StoreSettings settings = settings(null, Duration.ofSeconds(10));
    try (Connection connection = DriverManager.getConnection(settings.jdbcUrl(), settings.user(), stores.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select coalesce(current_setting('authpipe.workspace', true), '')")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void noStatementTakesLongerThanItMay() {
    try (VaultDatabase database = new VaultDatabase(settings(null, Duration.ofMillis(300)))) {
      WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
      assertThatThrownBy(() -> database.run(workspace, tx -> tx.dsl().execute("select pg_sleep(20)")))
          .isInstanceOf(StoreUnavailableException.class).hasStackTraceContaining("statement timeout");
      assertThatThrownBy(() -> database.lookUp(dsl -> dsl.execute("select pg_sleep(20)")))
          .isInstanceOf(StoreUnavailableException.class).hasStackTraceContaining("statement timeout");
    }
  }

  @Test
  @Tag("S31")
  void changesAreHeardOfPastThePoolerAndNeverThroughIt() throws Exception {
    try (
        Notifications direct = new Notifications(settings(stores.jdbcUrl(Store.VAULT), Duration.ofSeconds(10)),
            Ticker.systemTicker());
        Notifications pooled = new Notifications(settings(null, Duration.ofSeconds(10)), Ticker.systemTicker())) {
      pooled.start();
      direct.start();
      await().atMost(Duration.ofSeconds(20)).until(direct::confirmed);
      await("silence of a pooler is no news").during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20))
          .until(() -> !pooled.confirmed());
    }
  }

  private static StoreSettings settings(@Nullable String notificationUrl, Duration statementTimeout) {
    return new StoreSettings(pooler.through(stores.jdbcUrl(Store.VAULT)), notificationUrl, Store.VAULT.applicationRole(),
        () -> SecretText.of(stores.password()), CALLERS, Duration.ofSeconds(20), statementTimeout);
  }
}
