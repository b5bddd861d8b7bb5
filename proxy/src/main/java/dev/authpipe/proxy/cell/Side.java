package dev.authpipe.proxy.cell;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.WorkspaceId;

/**
 * One database while a workspace is moved from or to it, as its owner role: one connection, one transaction at a time that sees the
 * workspace's rows. Not thread-safe.
 */
final class Side implements AutoCloseable {
  private final Connection connection;
  private final WorkspaceId workspace;

  Side(DataSource owner, WorkspaceId workspace) throws SQLException {
    this.connection = owner.getConnection();
    this.workspace = workspace;
    connection.setAutoCommit(false);
  }

  Connection connection() {
    return connection;
  }

  UUID workspace() {
    return workspace.value();
  }

  /** Begins a transaction; {@code snapshot} sees everything as it is at this moment. */
  void begin(boolean snapshot) throws SQLException {
    connection.rollback();
    if (snapshot) {
      execute("set transaction isolation level repeatable read");
    }
    execute("set local timezone to 'UTC'");
    try (PreparedStatement statement = connection.prepareStatement("select set_config('authpipe.workspace', ?, true)")) {
      statement.setString(1, workspace.value().toString());
      statement.execute();
    }
  }

  /** No statement takes longer from now on; zero: without limit. */
  void limit(Duration longest) throws SQLException {
    execute("set statement_timeout to " + longest.toMillis());
    commit();
  }

  void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  /** Where the workspace is as this database knows: null means here. */
  @Nullable
  String place() throws SQLException {
    begin(false);
    try (PreparedStatement statement = connection.prepareStatement("select place from moved_workspace where workspace_id = ?")) {
      statement.setObject(1, workspace.value());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    } finally {
      connection.rollback();
    }
  }

  /** Says from now on that the workspace is elsewhere, or, by null, here. */
  void place(@Nullable String elsewhere) throws SQLException {
    begin(false);
    placeNow(elsewhere);
  }

  /** As {@link #place(String)} in the transaction that is open, and ends it. */
  void placeNow(@Nullable String elsewhere) throws SQLException {
    String sql = elsewhere == null
        ? "delete from moved_workspace where workspace_id = ?"
        : "insert into moved_workspace (workspace_id, place) values (?, ?) on conflict (workspace_id) do update set place = excluded.place,"
            + " moved_at = now()";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, workspace.value());
      if (elsewhere != null) {
        statement.setString(2, elsewhere);
      }
      statement.executeUpdate();
    }
    commit();
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    connection.close();
  }
}
