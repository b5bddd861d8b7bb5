package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;

/** Tables of a real database, each after those that it refers to. */
class TableOrderTest {
  private static List<String> ordered(Connection connection, String... names) throws SQLException {
    Map<String, String> tables = new LinkedHashMap<>();
    for (String name : names) {
      tables.put(name, name);
    }
    return TableOrder.of(connection, tables);
  }

  @Test
  void eachTableComesAfterThoseThatItRefersTo() throws SQLException {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();
        Connection connection = stores.owner(Store.CLIENT_SECRETS).getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false); // nothing of it stays
      statement.execute("create table root (id integer primary key, parent integer references root)");
      statement.execute("create table branch (id integer primary key, root integer references root)");
      statement
          .execute("create table leaf (id integer primary key, branch integer references branch, root integer references root)");
      statement.execute("create table apart (id integer primary key)");
      assertThat(ordered(connection, "leaf", "branch", "root", "apart"))
          .containsExactlyInAnyOrder("leaf", "branch", "root", "apart")
          .containsSubsequence("root", "branch", "leaf");
      assertThat(ordered(connection, "root", "branch", "leaf")).containsExactly("root", "branch", "leaf");
      assertThatThrownBy(() -> ordered(connection, "leaf", "root")).as("one is left out")
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("[leaf]");
      statement.execute("alter table root add column leaf integer references leaf");
      assertThatThrownBy(() -> ordered(connection, "leaf", "branch", "root")).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("circle");
      connection.rollback();
    }
  }
}
