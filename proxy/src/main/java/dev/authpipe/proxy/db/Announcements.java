package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** What was changed in a database and waits to be announced to its listeners. */
final class Announcements {
  /** Told at a time, as a rule. */
  static final int MOST = 1_000;

  /**
   * In one round trip and one transaction that ends with it, so that nobody who goes away in between keeps the others from announcing. The timeout is shorter
   * than a listener waits for an answer: one that has given up leaves no session that still waits.
   */
  private static final String TELL = "select set_config('statement_timeout', '5000', true); select told, microseconds from announce_pending(?, ?)";
  /** And to oneself: when that has arrived, so has whatever was notified by commits before. */
  private static final String TELL_AND_HEAR = TELL + "; select pg_notify('" + Announcements.BEAT + "' || pg_backend_pid(), '')";
  private static final String BEAT = "authpipe_heartbeat_";

  private Announcements() {}

  /**
   * What was told.
   *
   * @param changes how many; -1 if somebody else is at it
   * @param took    in the database
   */
  record Told(int changes, Duration took) {
    /** Whether something may be left. */
    boolean more() {
      return othersAreAtIt() || changes >= MOST;
    }

    boolean othersAreAtIt() {
      return changes < 0;
    }
  }

  /** Tells the listeners what waits, unless somebody else does. The connection commits by itself. */
  static Told tell(Connection connection) throws SQLException {
    return told(connection, TELL, false);
  }

  /**
   * Tells the listeners what waits, after whoever is at it, and oneself that it was done, by {@link #beat}. The connection commits by itself.
   */
  static Told tellAndHear(Connection connection) throws SQLException {
    return told(connection, TELL_AND_HEAR, true);
  }

  /** The channel on which a session tells itself. */
  static String beat(int backend) {
    return BEAT + backend;
  }

  private static Told told(Connection connection, String sql, boolean waiting) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBoolean(1, waiting);
      statement.setInt(2, MOST);
      statement.execute();
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        if (row == null || !row.next()) {
          throw new SQLException("no answer", "08000");
        }
        return new Told(row.getInt(1), Duration.of(row.getLong(2), ChronoUnit.MICROS));
      }
    }
  }
}
