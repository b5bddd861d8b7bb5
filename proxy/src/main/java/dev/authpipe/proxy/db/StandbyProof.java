package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Commits a message that says nothing and waits until a synchronous standby has it. The statement timeout is off for that: a wait that it cuts
 * off counts as a commit, with no more than a warning.
 */
final class StandbyProof {
  private static final String WAITS = """
      select current_setting('synchronous_standby_names') <> ''
        and current_setting('synchronous_commit') in ('on', 'remote_apply')""";

  private StandbyProof() {}

  static boolean of(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!isTrue(statement)) {
        connection.rollback();
        return false;
      }
      statement.execute("select set_config('statement_timeout', '0', true)");
      statement.execute("select pg_logical_emit_message(true, 'authpipe', '')");
      connection.clearWarnings();
      connection.commit();
      return connection.getWarnings() == null;
    }
  }

  private static boolean isTrue(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(WAITS)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
