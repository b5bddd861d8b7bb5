package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

@Tag("S31")
class NotifiedCacheTest {
  private static final Duration STALE_LIMIT = Duration.ofSeconds(30);
  private final ManualTicker ticker = new ManualTicker();
  private final RowKey key = new RowKey(new WorkspaceId(UUID.randomUUID()), UUID.randomUUID());
  private final AtomicInteger reads = new AtomicInteger();
  private EmbeddedDatabases.StoreSet stores;
  private VaultDatabase database;
  private Notifications notifications;
  private NotifiedCache<String> names;

  @BeforeEach
  void start() throws SQLException {
    stores = EmbeddedDatabases.shared().create();
    StoreSettings settings = settings(stores);
    database = new VaultDatabase(settings);
    notifications = new Notifications(settings, ticker);
    names = new NotifiedCache<>("api_key", 10, STALE_LIMIT, notifications, ticker, this::readName);
    notifications.start();
    await().until(notifications::confirmed);
    asSuperuser("insert into api_key (workspace_id, key_id, name, hash, scopes, mac) values ('" + key.workspace().value() + "', '"
        + key.id()
        + "', 'first', sha256(''), '{proxy}', '')");
  }

  @AfterEach
  void stop() {
    notifications.close();
    database.close();
    stores.close();
  }

  @Test
  void aWarmReadCostsNoSql() {
    assertThat(names.warm(key)).isNull();
    assertThat(names.get(key)).isEqualTo("first");
    long before = database.transactions();
    assertThat(names.warm(key)).isEqualTo("first");
    assertThat(names.get(key)).isEqualTo("first");
    assertThat(database.transactions()).isEqualTo(before);
  }

  @Test
  void aChangeBehindOurBackDropsTheRow() throws SQLException {
    names.get(key);
    asSuperuser("update api_key set name = 'second'");
    await().atMost(Duration.ofSeconds(1)).until(() -> names.warm(key) == null);
    assertThat(names.get(key)).isEqualTo("second");
  }

  @Test
  void aRowThatIsNotThereIsNotRemembered() {
    RowKey other = new RowKey(key.workspace(), UUID.randomUUID());
    assertThat(names.get(other)).isNull();
    assertThat(names.get(other)).isNull();
    assertThat(reads).hasValue(2);
  }

  @Test
  void whileTheListenerIsSilentARowCountsForFiveSeconds() throws SQLException {
    names.get(key);
    notifications.close();
    stores.terminateConnections(Store.VAULT);
    await().until(() -> !notifications.confirmed());
    asSuperuser("update api_key set name = 'second'");
    assertThat(names.warm(key)).isEqualTo("first");
    ticker.advance(Duration.ofMillis(5_001));
    assertThat(names.warm(key)).isNull();
    assertThat(names.get(key)).isEqualTo("second");
  }

  @Test
  void whileTheStoreIsAwayARowIsServedForTheStaleLimitAndThenNotAtAll() {
    names.get(key);
    stores.allowConnections(Store.VAULT, false);
    stores.terminateConnections(Store.VAULT);
    await().until(() -> !notifications.confirmed());
    ticker.advance(STALE_LIMIT.minusSeconds(1));
    assertThat(names.warm(key)).isNull();
    assertThat(names.get(key)).isEqualTo("first");
    ticker.advance(Duration.ofSeconds(2));
    assertThatThrownBy(() -> names.get(key)).isInstanceOf(StoreUnavailableException.class);
    stores.allowConnections(Store.VAULT, true);
    await().ignoreExceptionsInstanceOf(StoreUnavailableException.class).until(() -> "first".equals(names.get(key)));
  }

  @Test
  void whatWasReadBeforeAnInterruptionIsReadAgainAfterIt() {
    names.get(key);
    long period = notifications.period();
    stores.terminateConnections(Store.VAULT);
    await().until(() -> notifications.period() > period && notifications.confirmed());
    ticker.advance(Duration.ofMillis(5_001));
    assertThat(names.warm(key)).isNull();
  }

  @Test
  void aRowDroppedWhileItIsReadIsNotRemembered() {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    NotifiedCache<String> slow = new NotifiedCache<>(null, 10, STALE_LIMIT, notifications, ticker, k -> {
      reading.countDown();
      await().until(() -> proceed.getCount() == 0);
      return "old";
    });
    CompletableFuture<@Nullable String> first = CompletableFuture.supplyAsync(() -> slow.get(key));
    await().until(() -> reading.getCount() == 0);
    slow.drop(key);
    proceed.countDown();
    assertThat(first.join()).isEqualTo("old");
    assertThat(slow.warm(key)).isNull();
  }

  @Test
  void missesOfOneKeyAreCoalesced() {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    NotifiedCache<String> slow = new NotifiedCache<>(null, 10, STALE_LIMIT, notifications, ticker, k -> {
      loads.incrementAndGet();
      await().until(() -> waiting.getCount() == 0);
      return "value";
    });
    CompletableFuture<?>[] all = new CompletableFuture<?>[20];
    AtomicInteger asked = new AtomicInteger();
    for (int i = 0; i < all.length; i++) {
      CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
      all[i] = answer;
      Thread.ofVirtual().start(() -> {
        asked.incrementAndGet();
        answer.complete(slow.get(key));
      });
    }
    await().until(() -> asked.get() == all.length && loads.get() == 1);
    waiting.countDown();
    CompletableFuture.allOf(all).join();
    assertThat(loads).hasValue(1);
  }

  private @Nullable String readName(RowKey wanted) {
    reads.incrementAndGet();
    return database.inWorkspace(wanted.workspace(),
        tx -> tx.dsl().select(DSL.field("name", String.class)).from("api_key")
            .where(DSL.field("key_id", UUID.class).eq(wanted.id()))
            .fetchOne(0, String.class));
  }

  private void asSuperuser(String sql) throws SQLException {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static StoreSettings settings(EmbeddedDatabases.StoreSet stores) {
    return new StoreSettings(stores.jdbcUrl(Store.VAULT), null, Store.VAULT.applicationRole(),
        () -> SecretText.of(stores.password()),
        5,
        Duration.ofSeconds(2), Duration.ofSeconds(10));
  }
}
