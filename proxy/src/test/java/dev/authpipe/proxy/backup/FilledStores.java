package dev.authpipe.proxy.backup;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;

/** Stores with something in every column of every table, and what a superuser sees of them. */
final class FilledStores {
  /** When the last thing was recorded: long before any backup of a test. */
  static final String RECORDED = "2020-01-01 00:00:00+00";
  /** What was under way when the backup was made, and logs that are empty. */
  private static final Map<String, String> SPECIAL = Map.of("audit_head.size", "0", "audit_head.frontier", "''",
      "audit_event.recorded_at", "'" + RECORDED + "'", "credential.state", "'ACTIVE'", "refresh_attempt.state", "'SENT'",
      "connect_session.state", "'authorized'", "connect_attempt.state", "'exchanging'", "client_secret_entry.state", "'open'");

  private FilledStores() {}

  static void execute(StoreSet stores, Store store, String sql) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static List<String[]> rows(StoreSet stores, Store store, String query, int columns) throws SQLException {
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
  static void unchecked(StoreSet stores, Store store) throws SQLException {
    for (String[] one : rows(stores, store, "select conrelid::regclass::text, conname from pg_constraint"
        + " where contype in ('c', 'f') and connamespace = 'public'::regnamespace order by contype desc", 2)) {
      execute(stores, store, "alter table " + one[0] + " drop constraint \"" + one[1] + "\"");
    }
  }

  static void fillEveryTable(StoreSet full, Store store) throws SQLException {
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
    String special = SPECIAL.get(table + "." + column);
    return special != null ? special : switch (type) {
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
}
