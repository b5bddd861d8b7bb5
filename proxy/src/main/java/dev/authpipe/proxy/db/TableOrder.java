package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The order in which tables can be filled: each after those that it refers to, as the database's catalog says. A table that refers to itself stands
 * anywhere. Must never leave one out. Pure but for one query.
 */
public final class TableOrder {
  private static final String REFERENCES = """
      select c.relname, r.relname from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
      where f.contype = 'f' and c.relnamespace = 'public'::regnamespace and c.oid <> r.oid""";

  private TableOrder() {}

  /**
   * Orders tables of the schema {@code public}; among those that do not depend on each other the map's order holds as far as it can.
   *
   * @param tables by name
   * @throws IllegalStateException if tables refer to each other in a circle, or one refers to a table that is not among them
   */
  public static <T> List<T> of(Connection connection, Map<String, T> tables) throws SQLException {
    Map<String, Set<String>> references = new HashMap<>();
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(REFERENCES)) {
      while (row.next()) {
        references.computeIfAbsent(row.getString(1), _ -> new HashSet<>()).add(row.getString(2));
      }
    }
    List<T> ordered = new ArrayList<>();
    Set<String> placed = new HashSet<>();
    while (placed.size() < tables.size()) {
      int before = placed.size();
      tables.forEach((name, table) -> {
        if (!placed.contains(name) && placed.containsAll(references.getOrDefault(name, Set.of()))) {
          ordered.add(table);
          placed.add(name);
        }
      });
      if (placed.size() == before) {
        Set<String> left = new TreeSet<>(tables.keySet());
        left.removeAll(placed);
        throw new IllegalStateException("tables refer to each other in a circle, or to one that is left out: " + left);
      }
    }
    return List.copyOf(ordered);
  }
}
