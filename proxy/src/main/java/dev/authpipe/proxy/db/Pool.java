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

  private final HikariDataSource source;

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
    config.addDataSourceProperty("prepareThreshold", "0"); // named statements do not survive PgBouncer in transaction mode
    config.addDataSourceProperty("ApplicationName", "authpipe-" + name);
    config.addDataSourceProperty("options", "-c statement_timeout=" + settings.statementTimeout().toMillis());
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
      try (PreparedStatement statement = connection.prepareStatement("select set_config('authpipe.workspace', ?, true)")) {
        statement.setString(1, workspace);
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

  private static Entry asked(Connection connection, WorkspaceId workspace) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select blocked, place from enter_workspace(?)")) {
      statement.setObject(1, workspace.value());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
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

  int busy() {
    return source.getHikariPoolMXBean().getActiveConnections();
  }

  @Override
  public void close() {
    source.close();
  }
}
