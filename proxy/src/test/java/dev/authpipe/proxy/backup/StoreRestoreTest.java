package dev.authpipe.proxy.backup;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;

/** Backups of real databases and what is restored of them. */
@Tag("S53")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreRestoreTest {
  /** What a restore ends or remembers; every other table is as it was. */
  private static final Set<String> CHANGED = Set.of("credential", "restored_credential", "refresh_lease", "refresh_attempt",
      "job", "audit_head",
      "audit_event");
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
      fillEveryTable(store);
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

  private static void execute(StoreSet stores, Store store, String sql) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String[]> rows(StoreSet stores, Store store, String query, int columns) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      List<String[]> found = new ArrayList<>();
      while (row.next()) {
        String[] one = new String[columns];
        for (int i = 0; i < columns; i++) {
          one[i] = row.getString(i + 1);
        }
        found.add(one);
      }
      return found;
    }
  }

  /** Takes away what rows have to be, so that each table can have one with something in every column. */
  private static void unchecked(StoreSet stores, Store store) throws SQLException {
    for (String[] one : rows(stores, store, "select conrelid::regclass::text, conname from pg_constraint"
        + " where contype in ('c', 'f') and connamespace = 'public'::regnamespace order by contype desc", 2)) {
      execute(stores, store, "alter table " + one[0] + " drop constraint \"" + one[1] + "\"");
    }
  }

  private void fillEveryTable(Store store) throws SQLException {
    Map<String, List<String[]>> tables = new HashMap<>();
    rows(full, store, "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_class c join pg_attribute a"
        + " on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped where c.relnamespace = 'public'::regnamespace"
        + " and c.relkind = 'r' and c.relname <> 'flyway_schema_history'", 3)
        .forEach(one -> tables.computeIfAbsent(one[0], _ -> new ArrayList<>()).add(one));
    for (Map.Entry<String, List<String[]>> table : tables.entrySet()) {
      if (rows(full, store, "select 1 from " + table.getKey() + " limit 1", 1).isEmpty()) {
        List<String> names = table.getValue().stream().map(one -> one[1]).toList();
        List<String> values = table.getValue().stream().map(one -> value(one[0], one[1], one[2])).toList();
        execute(full, store,
            "insert into " + table.getKey() + " (" + String.join(", ", names) + ") overriding system value values ("
                + String.join(", ", values) + ")");
      }
    }
  }

  private static String value(String table, String column, String type) {
    if (table.equals("audit_head") && (column.equals("size") || column.equals("frontier"))) {
      return column.equals("size") ? "0" : "''";
    }
    return switch (type) {
      case "uuid" -> "gen_random_uuid()";
      case "text" -> "E'one\\ttwo\\nthree\\\\four \\u00e4 '";
      case "bytea" -> "decode('00ff0a5c', 'hex')";
      case "timestamp with time zone" -> "'2027-03-01 12:00:00.123456+00'";
      case "boolean" -> "true";
      case "integer", "bigint" -> "7";
      case "jsonb" -> "'{\"a\": [1, \"\\n\"]}'";
      case "text[]" -> "array['a,b', E'c\"\\\\']";
      case "integer[]" -> "array[7, -7]";
      case "uuid[]" -> "array[gen_random_uuid()]";
      case "date" -> "'2027-03-01'";
      default -> throw new IllegalStateException("a value for " + type);
    };
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
      if (store == Store.VAULT) {
        assertThat(rows(target, store, "select nextval('outbox_entry_id_seq')::text", 1).getFirst()[0])
            .isEqualTo(rows(full, store, "select nextval('outbox_entry_id_seq')::text", 1).getFirst()[0]);
      }
    }
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
