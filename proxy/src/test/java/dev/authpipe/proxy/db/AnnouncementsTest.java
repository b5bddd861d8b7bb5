package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.concurrent.CopyOnWriteArrayList;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

/** How changes reach the listeners: written down by each commit, and announced for many at once. */
@Tag("S31")
class AnnouncementsTest {
  private static final int ROWS = 50;
  private static final String LOCK = "hashtextextended('authpipe.announcements', 0)";

  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final List<UUID> keys = new ArrayList<>();
  private EmbeddedDatabases.StoreSet stores;
  private VaultDatabase database;
  private Connection listener;
  private Connection other;

  @BeforeEach
  void open() throws SQLException {
    stores = EmbeddedDatabases.shared().create();
    StoreSettings settings = NotifiedCacheTest.settings(stores);
    database = new VaultDatabase(settings);
    other = stores.superuser(Store.VAULT).getConnection();
    for (int i = 0; i < ROWS; i++) {
      keys.add(UUID.randomUUID());
      execute(other, "insert into api_key (workspace_id, key_id, name, hash, scopes, mac) values ('" + workspace.value() + "', '"
          + keys.get(i) + "', 'first', sha256(''), '{proxy}', '')");
    }
    listener = DriverManager.getConnection(settings.jdbcUrl(), settings.user(), stores.password());
    execute(listener, "listen authpipe_changed");
  }

  @AfterEach
  void close() throws SQLException {
    listener.close();
    other.close();
    database.close();
    stores.close();
  }

  @Test
  void aCommitOfAReplicaNotifiesNobodyAndOneAnnouncementTellsMany() throws SQLException {
    execute(other, "select pg_advisory_lock(" + LOCK + ")"); // as somebody who is just announcing
    keys.forEach(this::rename);
    keys.forEach(this::rename);
    assertThat(heard()).as("with their commits").isEmpty();
    assertThat(number("select count(*) from announcements.pending")).isEqualTo(2 * ROWS);
    assertThat(number("select told from announce_pending(true, 1000)")).as("changes told with one commit").isEqualTo(2 * ROWS);
    assertThat(heard()).as("each row once").hasSize(ROWS)
        .containsExactlyInAnyOrderElementsOf(keys.stream().map(this::payload).toList());
    assertThat(number("select count(*) from announcements.pending")).isZero();
  }

  @Test
  void whatAReplicaChangedIsAnnouncedByIt() {
    rename(keys.getFirst());
    await().atMost(Duration.ofSeconds(10)).until(() -> heard().contains(payload(keys.getFirst())));
  }

  @Test
  void whatChangesWhileSomebodyElseAnnouncesIsAnnouncedAfterwards() throws SQLException {
    execute(other, "select pg_advisory_lock(" + LOCK + ")");
    rename(keys.getFirst());
    assertThat(heard()).isEmpty();
    execute(other, "select pg_advisory_unlock(" + LOCK + ")");
    await().atMost(Duration.ofSeconds(10)).until(() -> heard().contains(payload(keys.getFirst())));
  }

  @Test
  void whatAKilledReplicaDidNotAnnounceIsToldWithTheNextHeartbeat() throws SQLException {
    List<UUID> told = new CopyOnWriteArrayList<>();
    try (Notifications notifications = new Notifications(NotifiedCacheTest.settings(stores), Ticker.systemTicker())) {
      notifications.subscribe("api_key", (_, id) -> told.add(id));
      notifications.start();
      await().atMost(Duration.ofSeconds(10)).until(notifications::confirmed);
      execute(other,
          "begin; select set_config('authpipe.announces', 'later', true); update api_key set name = 'second' where key_id = '"
              + keys.getFirst() + "'; commit");
      await().atMost(Duration.ofSeconds(10)).until(() -> told.contains(keys.getFirst()));
    }
  }

  @Test
  void silenceIsNoNewsWhileAnAnnouncementHangs() throws SQLException {
    try (Notifications notifications = new Notifications(NotifiedCacheTest.settings(stores), Ticker.systemTicker())) {
      notifications.start();
      await().atMost(Duration.ofSeconds(10)).until(notifications::confirmed);
      execute(other, "select pg_advisory_lock(" + LOCK + ")");
      await().atMost(Duration.ofSeconds(10)).until(() -> !notifications.confirmed());
      execute(other, "select pg_advisory_unlock(" + LOCK + ")");
      await().atMost(Duration.ofSeconds(30)).until(notifications::confirmed);
    }
  }

  @Test
  void anOperatorsChangeIsToldWithItsCommit() throws SQLException {
    execute(other, "update api_key set name = 'second' where key_id = '" + keys.getFirst() + "'");
    assertThat(heard()).containsExactly(payload(keys.getFirst()));
  }

  @Test
  void rowsThatAreGoneAreNotWalkedThroughForeverWhileABackupKeepsThem() throws SQLException {
    try (Connection backup = stores.superuser(Store.VAULT).getConnection()) {
      execute(backup, "begin isolation level repeatable read; select count(*) from api_key");
      execute(other, "insert into announcements.pending select 'api_key:" + workspace.value()
          + ":' || gen_random_uuid() from generate_series(1, 60000)");
      await().atMost(Duration.ofSeconds(30)).until(() -> number("select told from announce_pending(true, 1000)") == 0);
      assertThat(number("select pg_relation_size('announcements.pending')")).isZero();
      rename(keys.getFirst());
      await().atMost(Duration.ofSeconds(10)).until(() -> heard().contains(payload(keys.getFirst())));
    }
  }

  @Test
  void nobodyWaitsForTheClearingWhoIsWriting() throws SQLException {
    try (Connection writer = stores.superuser(Store.VAULT).getConnection()) {
      execute(other, "insert into announcements.pending select 'api_key:" + workspace.value()
          + ":' || gen_random_uuid() from generate_series(1, 60000)");
      execute(writer, "begin; insert into announcements.pending values ('" + payload(keys.getFirst()) + "')");
      assertThat(number("select told from announce_pending(true, 1000)")).isEqualTo(1000);
      execute(writer, "commit");
      await().atMost(Duration.ofSeconds(30)).until(() -> number("select told from announce_pending(true, 1000)") == 0);
      assertThat(heard()).contains(payload(keys.getFirst()));
    }
  }

  @Test
  void aServerThatTakesNoWritesConfirmsThatNothingChanges() throws SQLException {
    execute(other, "set default_transaction_read_only = on");
    assertThat(number("select told from announce_pending(true, 1000)")).isZero();
  }

  private void rename(UUID key) {
    database.run(workspace, tx -> tx.dsl().execute("update api_key set name = name || '.' where key_id = ?", key));
  }

  private String payload(UUID key) {
    return "api_key:" + workspace.value() + ":" + key;
  }

  /** What arrived, all that was notified before this question. */
  private List<String> heard() throws SQLException {
    execute(listener, "select 1");
    PGNotification[] notifications = listener.unwrap(PGConnection.class).getNotifications();
    List<String> payloads = new ArrayList<>();
    for (PGNotification one : notifications == null ? new PGNotification[0] : notifications) {
      payloads.add(one.getParameter());
    }
    return payloads;
  }

  private int number(String sql) throws SQLException {
    try (Statement statement = other.createStatement(); ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
