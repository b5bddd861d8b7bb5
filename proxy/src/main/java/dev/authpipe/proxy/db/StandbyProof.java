package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A commit that waits until a synchronous standby has it, and with it all that was visible to its transaction: a standby receives the log in
 * order. The statement timeout is off for that: a wait that it cuts off counts as a commit, with no more than a warning.
 */
final class StandbyProof {
  private static final String IS_WAITED_FOR = """
      select current_setting('synchronous_standby_names') <> ''
        and current_setting('synchronous_commit') in ('on', 'remote_apply')""";

  private StandbyProof() {}

  static boolean isWaitedFor(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(IS_WAITED_FOR)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** Writes a message that says nothing into the log, since a transaction that changes nothing waits for nobody. */
  static boolean commit(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select set_config('statement_timeout', '0', true)");
      statement.execute("select pg_logical_emit_message(true, 'authpipe', '')");
      connection.clearWarnings();
      connection.commit();
      return connection.getWarnings() == null;
    }
  }
}
