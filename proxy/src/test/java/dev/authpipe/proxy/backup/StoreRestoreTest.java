package dev.authpipe.proxy.backup;

import static dev.authpipe.proxy.backup.FilledStores.execute;
import static dev.authpipe.proxy.backup.FilledStores.fillEveryTable;
import static dev.authpipe.proxy.backup.FilledStores.rows;
import static dev.authpipe.proxy.backup.FilledStores.unchecked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.envelope.ScriptedKek;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;
import dev.authpipe.testkit.Gate;

/** Backups of real databases and what is restored of them. */
@Tag("S53")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreRestoreTest {
  /** What a restore ends or remembers; every other table is as it was. */
  private static final Set<String> CHANGED = Set.of("credential", "restored_credential", "refresh_lease", "refresh_attempt",
      "job", "connect_session", "connect_attempt", "client_secret_entry", "audit_head", "audit_event");
  private static final RestoreWish EMPTY = new RestoreWish(null, false, true, null, true);
  private static final RestoreWish REPLACE = new RestoreWish(null, true, true, null, true);

  @TempDir
  static Path directory;
  private final StoreSet full = EmbeddedDatabases.shared().create();
  private BackupRig rig;
  private final Map<Store, Path> files = new HashMap<>();
  private final Map<Store, Map<String, String>> contents = new HashMap<>();

  @BeforeAll
  void fill() throws IOException, SQLException {
    Randomness randomness = new Randomness(new SecureRandom(), Clock.systemUTC());
    rig = new BackupRig(full, List.of(LocalKek.create("main", directory.resolve("main.kek"), randomness),
        LocalKek.create("secrets", directory.resolve("secrets.kek"), randomness)), "main", "secrets", null);
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      unchecked(full, store);
      fillEveryTable(full, store);
      contents.put(store, BackupRig.contents(full, store));
      files.put(store, rig.backup(store));
    }
  }

  @AfterAll
  void close() {
    rig.close();
    full.close();
  }

  private Path file(Store store) {
    return Objects.requireNonNull(files.get(store));
  }

  private Map<String, String> contents(Store store) {
    return Objects.requireNonNull(contents.get(store));
  }

  private static StoreSet emptyUnchecked(Store store) throws SQLException {
    StoreSet stores = EmbeddedDatabases.shared().create();
    unchecked(stores, store);
    return stores;
  }

  @ParameterizedTest
  @EnumSource(names = {"VAULT", "CLIENT_SECRETS"})
  void everyRowOfEveryTableComesBack(Store store) throws SQLException {
    assertThat(contents(store).values()).as("each table has a row").noneMatch(one -> one.startsWith("0 "));
    try (StoreSet target = emptyUnchecked(store)) {
      StoreRestore.Restored restored = rig.restore(file(store), target, EMPTY);
      Map<String, String> after = BackupRig.contents(target, store);
      assertThat(after.keySet()).isEqualTo(contents(store).keySet());
      Set<String> other = new HashSet<>();
      contents(store).forEach((table, content) -> {
        if (!content.equals(after.get(table))) {
          other.add(table);
        }
      });
      assertThat(CHANGED).containsAll(other);
      assertThat(restored.rows()).isEqualTo(contents(store).values().stream()
          .mapToLong(one -> Long.parseLong(one.substring(0, one.indexOf(' ')))).sum());
      assertThat(restored.epoch()).isEqualTo(8); // every number is 7
      assertThat(rows(target, store, "select epoch::text, size::text from audit_head", 2)).hasSize(1)
          .allSatisfy(one -> assertThat(one).containsExactly("8", "1"));
      assertThat(rows(target, store,
          "select relname from pg_class c join pg_attribute a on a.attrelid = c.oid where relkind = 'r'"
              + " and attname = 'workspace_id' and relnamespace = 'public'::regnamespace and not (relrowsecurity and relforcerowsecurity)",
          1))
          .as("every guard is back").isEmpty();
      assertThat(rows(target, store, "select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'", 1)).isEmpty();
      assertEnded(target, store);
      if (store == Store.VAULT) {
        assertThat(rows(target, store, "select nextval('outbox_entry_id_seq')::text", 1).getFirst()[0])
            .isEqualTo(rows(full, store, "select nextval('outbox_entry_id_seq')::text", 1).getFirst()[0]);
      }
    }
  }

  /** What belonged to the time before. */
  private static void assertEnded(StoreSet target, Store store) throws SQLException {
    if (store == Store.CLIENT_SECRETS) {
      assertThat(rows(target, store, "select state from client_secret_entry", 1)).as("whoever kept the link").hasSize(1)
          .allSatisfy(one -> assertThat(one).containsExactly("withdrawn"));
      return;
    }
    assertThat(rows(target, store, "select owner, lease_until::text from job union all select owner::text, lease_until::text"
        + " from refresh_lease", 2)).hasSize(2).allSatisfy(one -> assertThat(one).containsOnlyNulls());
    assertThat(rows(target, store, "select state from refresh_attempt", 1)).allSatisfy(
        one -> assertThat(one).containsExactly("UNKNOWN"));
    assertThat(rows(target, store, "select state, reason, sealed_code::text, sealed_verifier::text from connect_attempt", 4))
        .as("a code is good once").hasSize(1)
        .allSatisfy(one -> assertThat(one).containsExactly("failed", "restored", null, null));
    assertThat(rows(target, store, "select state, reason from connect_session", 2)).hasSize(1).allSatisfy(
        one -> assertThat(one).containsExactly("expired", "restored"));
    assertThat(rows(target, store, "select state from credential", 1)).hasSize(1).allSatisfy(
        one -> assertThat(one).containsExactly("UNCERTAIN"));
    assertThat(rows(target, store, "select (as_of = timestamptz '" + FilledStores.RECORDED + "')::text, journals::text"
        + " from restored_credential", 2)).as("no later than the last thing that was recorded").hasSize(1).allSatisfy(
            one -> assertThat(one).containsExactly("true", "true"));
  }

  /** Without --replace, for there is nothing to replace; what this program added since is pending then. */
  @ParameterizedTest
  @CsvSource({"VAULT, 19", "CLIENT_SECRETS, 12"})
  void aDatabaseWithoutTablesComesToTheSchemaOfTheFileFirst(Store store, int schema) throws SQLException {
    try (StoreSet old = EmbeddedDatabases.shared().create();
        BackupRig other = new BackupRig(old, List.of(new ScriptedKek("main")), "main", "main", null)) {
      BackupRig.empty(old, store);
      Migrations.migrate(store, old.owner(store), schema);
      execute(old, store, "insert into erasure_ledger (workspace_id, erasure_id, seq, kind, subject_id, recorded_at, mac)"
          + " values (gen_random_uuid(), gen_random_uuid(), 1, 'person', gen_random_uuid(), now(), decode(repeat('00', 37), 'hex'))");
      Map<String, String> before = BackupRig.contents(old, store);
      Path file = other.backup(store);
      assertThat(StoreRestore.header(file).schema()).isEqualTo(schema);
      BackupRig.empty(old, store);
      assertThat(other.restore(file, old, EMPTY).rows()).isPositive();
      assertThat(Migrations.version(store, old.owner(store))).isEqualTo(schema);
      Map<String, String> after = BackupRig.contents(old, store);
      assertThat(after.get("erasure_ledger")).isEqualTo(before.get("erasure_ledger")).startsWith("1 ");
      assertThat(after.keySet()).isEqualTo(before.keySet());
      assertThat(Migrations.migrate(store, old.owner(store))).isPositive();
      assertThat(BackupRig.contents(old, store).get("erasure_ledger")).isEqualTo(before.get("erasure_ledger"));
    }
  }

  @Test
  void noTransactionWaitsForAKek() throws Exception {
    ScriptedKek kek = new ScriptedKek("slow");
    Gate gate = Gate.closed();
    kek.hangsAt(gate);
    try (BackupRig other = new BackupRig(full, List.of(kek), "slow", "slow", null)) {
      CompletableFuture<Path> made = CompletableFuture.supplyAsync(() -> other.backup(Store.VAULT), Thread::startVirtualThread);
      gate.awaitArrivals(1);
      assertThat(rows(full, Store.VAULT, "select state from pg_stat_activity where datname = current_database()"
          + " and usename = 'vault_backup' and xact_start is not null", 1)).isEmpty();
      gate.open();
      assertThat(made.join()).exists();
    }
  }

  @Test
  void theNewEpochIsAboveEveryCheckpointThatIsKept() throws Exception {
    Path kept = Files.createDirectory(directory.resolve("checkpoints"));
    Path note = Files.writeString(kept.resolve("somebody.note"),
        "authpipe/test/vault\n7\nAAAA\nepoch 41 time 2027-03-01T12:00:00.000Z\n");
    try (StoreSet target = emptyUnchecked(Store.VAULT);
        BackupRig other = new BackupRig(target, List.of(new LocalKek("main", directory.resolve("main.kek"))), "main", "main",
            kept)) {
      assertThat(other.restore(file(Store.VAULT), target, EMPTY).epoch()).isEqualTo(42);
    }
    assertThat(note).as("it may be of a log that began since").doesNotExist();
  }

  @Test
  void aFileThatIsNotAsItWasWrittenWritesNothing() throws Exception {
    byte[] bytes = Files.readAllBytes(file(Store.VAULT));
    bytes[bytes.length / 2] ^= 4;
    Path changed = Files.write(directory.resolve("changed.backup"), bytes);
    Path cut = Files.write(directory.resolve("cut.backup"),
        Arrays.copyOf(Files.readAllBytes(file(Store.VAULT)), bytes.length - 20));
    try (StoreSet target = emptyUnchecked(Store.VAULT)) {
      Map<String, String> before = BackupRig.contents(target, Store.VAULT);
      for (Path file : List.of(changed, cut)) {
        assertThatThrownBy(() -> rig.restore(file, target, REPLACE)).isInstanceOfSatisfying(BackupException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.FILE_REFUSED));
        assertThat(BackupRig.contents(target, Store.VAULT)).isEqualTo(before);
      }
      assertThat(
          rows(target, Store.VAULT, "select xact_commit::text from pg_stat_database where datname = current_database()", 1))
          .isNotEmpty();
    }
  }

  @Test
  void whatIsInUseOrNotEmptyIsLeftAlone() throws Exception {
    try (StoreSet target = emptyUnchecked(Store.VAULT)) {
      try (Connection replica = target.application(Store.VAULT).getConnection()) {
        assertThat(replica.isValid(5)).isTrue();
        assertThatThrownBy(() -> rig.restoreNow(file(Store.VAULT), target, EMPTY)).isInstanceOf(BackupException.class)
            .hasMessageContaining("in use");
      }
      execute(target, Store.VAULT, "insert into job (name, lease_until) values ('purges', now() + interval '1 minute')");
      assertThatThrownBy(() -> rig.restore(file(Store.VAULT), target, EMPTY)).isInstanceOf(BackupException.class)
          .hasMessageContaining("lease of a job");
      execute(target, Store.VAULT, "delete from job");
      execute(target, Store.VAULT,
          "insert into workspace (workspace_id, name, kek_name, mac) values (gen_random_uuid(), 'acme', 'main', '')");
      Map<String, String> before = BackupRig.contents(target, Store.VAULT);
      assertThatThrownBy(() -> rig.restore(file(Store.VAULT), target, EMPTY)).isInstanceOf(BackupException.class)
          .hasMessageContaining("not empty");
      assertThat(BackupRig.contents(target, Store.VAULT)).isEqualTo(before);
      assertThat(rig.restore(file(Store.VAULT), target, REPLACE).epoch()).isEqualTo(8);
      assertThat(rig.restore(file(Store.VAULT), target, REPLACE).epoch()).as("never the same twice").isEqualTo(9);
      assertThatThrownBy(() -> rig.restore(file(Store.VAULT), target, new RestoreWish(null, true, true, 9, true)))
          .isInstanceOf(BackupException.class).hasMessageContaining("at least 10");
      execute(target, Store.VAULT, "insert into audit_head (workspace_id, size, frontier) values (gen_random_uuid(), 0, '')");
      assertThat(rows(target, Store.VAULT, "select distinct epoch::text from audit_head", 1)).as("also of logs that begin later")
          .extracting(one -> one[0]).containsExactly("9");
    }
  }

  @Test
  void anotherSchemaIsRefused() throws Exception {
    try (StoreSet target = EmbeddedDatabases.shared().create()) {
      execute(target, Store.CLIENT_SECRETS, "delete from flyway_schema_history where version::integer = "
          + "(select max(version::integer) from flyway_schema_history)");
      assertThatThrownBy(() -> rig.restore(file(Store.CLIENT_SECRETS), target, REPLACE)).isInstanceOf(BackupException.class)
          .hasMessageContaining("schema");
    }
  }

  @Test
  void aTableThatHidesRowsFromTheBackupRoleStopsTheBackup() throws Exception {
    try (StoreSet source = EmbeddedDatabases.shared().create();
        BackupRig other = new BackupRig(source, List.of(new LocalKek("main",
            directory.resolve("main.kek"))), "main", "main", null)) {
      assertThat(other.backup(Store.VAULT)).exists();
      execute(source, Store.VAULT, "drop policy backup on connection");
      assertThatThrownBy(() -> other.backup(Store.VAULT)).isInstanceOfSatisfying(BackupException.class,
          refused -> assertThat(refused.reason()).isEqualTo(Reason.STORE_UNFIT)).hasMessageContaining("connection");
      try (var files = Files.list(other.directory())) {
        assertThat(files).as("no half of it is left").hasSize(1);
      }
    }
  }

  @Test
  @Tag("S34")
  void theBackupRoleReadsEverythingAndWritesNothing() throws Exception {
    for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
      try (Connection connection = full.backup(store).getConnection(); Statement statement = connection.createStatement()) {
        for (String table : contents(store).keySet()) {
          try (ResultSet row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            assertThat(row.getLong(1)).as(table).isPositive();
          }
          for (String sql : List.of("delete from " + table, "truncate " + table,
              "alter table " + table + " no force row level security")) {
            assertThatThrownBy(() -> statement.execute(sql)).as(sql).isInstanceOfSatisfying(SQLException.class,
                denied -> assertThat(denied.getSQLState()).isEqualTo("42501"));
          }
        }
        assertThatThrownBy(() -> statement.execute("set role " + store.applicationRole())).isInstanceOf(SQLException.class);
      }
    }
  }
}
