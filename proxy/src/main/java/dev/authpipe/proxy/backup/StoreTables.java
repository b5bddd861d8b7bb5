package dev.authpipe.proxy.backup;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.db.TableOrder;

/** The tables of a database as its catalog says, each after those that it refers to, without Flyway's history. */
final class StoreTables {
  /**
   * One table.
   *
   * @param columns  without generated ones, in their order
   * @param guarded  whether row-level security is forced
   * @param ofTenant whether its rows belong to workspaces
   */
  record Table(String name, List<String> columns, boolean guarded, boolean ofTenant) {
    Table {
      columns = List.copyOf(columns);
    }

    /** {@code public."name" ("a", "b")}, for COPY. */
    String target() {
      return quoted() + " (" + String.join(", ", columns.stream().map(StoreTables::quote).toList()) + ")";
    }

    String quoted() {
      return "public." + quote(name);
    }
  }

  private static final String HISTORY = "flyway_schema_history";
  private static final String COLUMNS = """
      select c.relname, c.relrowsecurity, c.relkind, a.attname from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'f', 'm') and c.relname <> '%s'
      order by c.relname, a.attnum""".formatted(HISTORY);
  /** Tables of which the present role would see a part only, and not be told so. */
  private static final String HIDDEN = """
      select c.relname from pg_class c join pg_roles me on me.rolname = current_user
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity and not (me.rolsuper or me.rolbypassrls)
        and (exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive)
          or not exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
            and me.oid = any (p.polroles) and pg_get_expr(p.polqual, p.polrelid) = 'true'))
      order by c.relname""";

  private StoreTables() {}

  /** Reads them. */
  static List<Table> of(Connection connection) throws SQLException {
    return TableOrder.of(connection, read(connection));
  }

  private static Map<String, Table> read(Connection connection) throws SQLException {
    Map<String, Table> tables = new LinkedHashMap<>();
    Map<String, List<String>> columns = new LinkedHashMap<>();
    Map<String, Boolean> guarded = new HashMap<>();
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(COLUMNS)) {
      while (row.next()) {
        if (!row.getString(3).equals("r")) {
          throw new BackupException(Reason.STORE_UNFIT,
              "the relation " + row.getString(1) + " is no table that a backup can hold");
        }
        guarded.put(row.getString(1), row.getBoolean(2));
        columns.computeIfAbsent(row.getString(1), _ -> new ArrayList<>()).add(row.getString(4));
      }
    }
    columns.forEach((name, all) -> tables.put(name,
        new Table(name, all, Boolean.TRUE.equals(guarded.get(name)), all.contains("workspace_id"))));
    return tables;
  }

  /** Refuses when row-level security would hide rows from the present role: that would be a backup without them. */
  static void demandWhole(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(HIDDEN)) {
      if (row.next()) {
        throw new BackupException(Reason.STORE_UNFIT, "the table " + row.getString(1)
            + " has no policy by which the backup role sees all its rows; a backup would lack them");
      }
    }
  }

  /** The version of the newest migration. */
  static int schema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement
            .executeQuery(
                "select coalesce(max(version::integer), 0) from " + HISTORY + " where success and version is not null")) {
      row.next();
      return row.getInt(1);
    }
  }

  static String quote(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }
}
