package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.postgresql.PGConnection;

/**
 * Tells whether a connection leads to PostgreSQL itself. One through a pooler must never be listened on: in transaction mode the pooler takes
 * LISTEN, delivers nothing, and silence then looks like "nothing changed" (S31).
 */
public final class DirectConnection {
  private DirectConnection() {}

  /**
   * Whether who was greeted is who answers: a pooler greets its clients itself, with a key for cancelling that it made up, whose process number is
   * not that of the server process.
   */
  public static boolean is(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      return row.next() && row.getInt(1) == connection.unwrap(PGConnection.class).getBackendPID();
    }
  }
}
