package dev.authpipe.proxy.cell;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.authpipe.proxy.db.TableOrder;

/**
 * The tables of a database that hold rows of workspaces, as its catalog says, each after those that it refers to. Without reports on their
 * way, which stay where they are owed, and without the record of moves itself.
 */
final class TenantTables {
  static final Set<String> LEFT = Set.of("outbox", "moved_workspace");

  private static final String COLUMNS = """
      select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        (select array_position(i.indkey::int2[], a.attnum) from pg_index i where i.indrelid = c.oid and i.indisprimary)
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and exists (select from pg_attribute w where w.attrelid = c.oid and w.attname = 'workspace_id')
      order by c.relname, a.attnum""";

  private TenantTables() {}

  /** Reads them; a table comes after every table that it refers to. */
  static List<TenantTable> of(Connection connection) throws SQLException {
    return TableOrder.of(connection, read(connection));
  }

  private static Map<String, TenantTable> read(Connection connection) throws SQLException {
    Map<String, List<TenantTable.Column>> columns = new LinkedHashMap<>();
    Map<String, String[]> keys = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS); ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        String table = row.getString(1);
        if (LEFT.contains(table)) {
          continue;
        }
        columns.computeIfAbsent(table, _ -> new ArrayList<>()).add(new TenantTable.Column(row.getString(2), row.getString(3)));
        int place = row.getInt(4); // indkey counts from 0
        if (!row.wasNull()) {
          keys.computeIfAbsent(table, _ -> new String[8])[place] = row.getString(2);
        }
      }
    }
    Map<String, TenantTable> tables = new LinkedHashMap<>();
    columns.forEach((table, all) -> {
      List<String> key = Arrays.stream(keys.getOrDefault(table, new String[0])).filter(name -> name != null).toList();
      if (key.isEmpty() || !key.getFirst().equals("workspace_id")) {
        throw new IllegalStateException("the table " + table + " does not lead its primary key with workspace_id");
      }
      boolean sealed = all.stream().anyMatch(column -> column.name().startsWith("sealed"));
      tables.put(table, new TenantTable(table, all, key, sealed));
    });
    return tables;
  }

  /** An array of texts of a row. */
  static List<String> texts(ResultSet row, String column) throws SQLException {
    Array array = row.getArray(column);
    return Arrays.asList((String[]) array.getArray());
  }
}
