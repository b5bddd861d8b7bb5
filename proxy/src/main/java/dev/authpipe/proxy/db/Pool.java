package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import com.zaxxer.hikari.util.Credentials;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/**
 * The connections to one database of a store. Hands out only connections whose transaction is bound to a workspace, or to none; must never be
 * asked from an event loop.
 */
final class Pool implements AutoCloseable {
  private static final int TRIES = 3;
  private static final String BIND = "select set_config('authpipe.workspace', ?, true), set_config('statement_timeout', ?, true),"
      + " set_config('authpipe.announces', 'later', true)";
  /** Two statements in one round trip: a timeout holds from the next one on. */
  private static final String ENTER = "select set_config('statement_timeout', ?, true), set_config('authpipe.announces', 'later', true);"
      + " select blocked, place from enter_workspace(?)";

  private final HikariDataSource source;
  private final Announcer announcer = new Announcer(this::announce);
  /** Given to each transaction, for what a session is told a pooler in transaction mode refuses or gives to somebody else. */
  private final String statementMillis;

  /** What became of an attempt to enter a workspace. */
  sealed interface Entry {
    /** The transaction is open, and the workspace stays here until it ends. */
    record Inside(Connection connection) implements Entry {}

    /** Its rows are in another database: the name of a cell, empty for the first. */
    record Elsewhere(String place) implements Entry {}

    /** It is being moved at this moment. */
    record Blocked() implements Entry {}
  }

  Pool(StoreSettings settings, String name) {
    this.statementMillis = Long.toString(settings.statementTimeout().toMillis());
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(settings.jdbcUrl());
    config.setUsername(settings.user());
    Supplier<SecretText> password = settings.password();
    if (password != null) {
      config.setCredentialsProvider(() -> credentials(settings.user(), password));
    }
    config.setMaximumPoolSize(settings.poolSize());
    config.setMinimumIdle(Math.min(2, settings.poolSize()));
    config.setConnectionTimeout(settings.waitForConnection().toMillis());
    config.setValidationTimeout(Math.max(250, settings.waitForConnection().toMillis() / 2));
    config.setAutoCommit(false);
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("prepareThreshold", "0"); // named statements do not survive a pooler in transaction mode
    config.addDataSourceProperty("ApplicationName", "authpipe-" + name);
    config.addDataSourceProperty("socketTimeout", Long.toString(settings.statementTimeout().toSeconds() + 5));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    this.source = new HikariDataSource(config);
  }

  /** As they are now: asked for by each new connection. */
  private static Credentials credentials(String user, Supplier<SecretText> password) {
    try (SecretText present = password.get()) {
      return Credentials.of(user, present.expose());
    }
  }

  /** A connection whose transaction sees the store's own rows, or no tenant's at all for the empty text. */
  Connection bound(String workspace) {
    return begun(connection -> {
      try (PreparedStatement statement = connection.prepareStatement(BIND)) {
        statement.setString(1, workspace);
        statement.setString(2, statementMillis);
        statement.execute();
        return connection;
      }
    });
  }

  /** Enters a workspace: binds the transaction to it and keeps it from being moved, in one round trip. */
  Entry enter(WorkspaceId workspace) {
    return begun(connection -> {
      Entry entry = asked(connection, workspace);
      if (!(entry instanceof Entry.Inside)) {
        connection.rollback();
        connection.close();
      }
      return entry;
    });
  }

  private Entry asked(Connection connection, WorkspaceId workspace) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ENTER)) {
      statement.setString(1, statementMillis);
      statement.setObject(2, workspace.value());
      statement.execute();
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        if (row == null || !row.next()) {
          throw new SQLException("no answer", "08000");
        }
        @Nullable
        String place = row.getString(2);
        if (row.getBoolean(1)) {
          return new Entry.Blocked();
        }
        return place == null ? new Entry.Inside(connection) : new Entry.Elsewhere(place);
      }
    }
  }

  private interface Beginning<T> {
    T with(Connection connection) throws SQLException;
  }

  /** Begins on a connection. One that broke while idle is replaced: no work has begun yet. */
  private <T> T begun(Beginning<T> beginning) {
    SQLException last = new SQLException("no connection", "08000");
    for (int i = 0; i < TRIES; i++) {
      try {
        Connection connection = source.getConnection();
        try {
          return beginning.with(connection);
        } catch (SQLException broken) {
          last = broken;
          source.evictConnection(connection);
        }
      } catch (SQLException | PoolInitializationException unavailable) {
        throw new StoreUnavailableException(unavailable);
      }
    }
    throw new StoreUnavailableException(last);
  }

  /** A transaction of this pool that changed something was committed. */
  void changed() {
    announcer.changed();
  }

  private Announcements.Told announce() throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(true); // the pool takes that back
      return Announcements.tell(connection);
    }
  }

  int busy() {
    return source.getHikariPoolMXBean().getActiveConnections();
  }

  @Override
  public void close() {
    source.close();
  }
}
