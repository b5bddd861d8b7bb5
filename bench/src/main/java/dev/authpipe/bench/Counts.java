package dev.authpipe.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Looks behind the proxy, as superuser: what PostgreSQL counts, and single values. */
final class Counts {
  private Counts() {}

  /** The first value that a query answers, as text; empty after a statement without an answer. */
  static String text(EmbeddedDatabases.StoreSet stores, Store store, String query) {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      if (!statement.execute(query)) {
        return "";
      }
      try (ResultSet row = statement.getResultSet()) {
        String value = row.next() ? row.getString(1) : null;
        return value == null ? "" : value;
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static Map<String, Object> of(EmbeddedDatabases.StoreSet stores) {
    Map<String, Object> counts = new LinkedHashMap<>();
    for (Store store : new Store[]{Store.VAULT, Store.CLIENT_SECRETS}) {
      try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
        try (ResultSet row = statement.executeQuery("select xact_commit + xact_rollback, tup_fetched + tup_returned "
            + "from pg_stat_database where datname = current_database()")) {
          row.next();
          counts.put(store.databaseName() + "_transactions", row.getLong(1));
          counts.put(store.databaseName() + "_rows", row.getLong(2));
        }
        try (ResultSet row = statement.executeQuery("show data_directory")) {
          row.next();
          counts.put("data_directory", row.getString(1));
        }
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }
    return counts;
  }
}
