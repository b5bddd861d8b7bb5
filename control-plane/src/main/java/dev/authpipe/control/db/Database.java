package dev.authpipe.control.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import com.zaxxer.hikari.util.Credentials;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/**
 * The pool of the control plane's store and the only way to a transaction in it. Every transaction names its workspace (S34); must never be asked from an
 * event loop, for each call may block.
 */
public final class Database implements AutoCloseable {
  /** The nil id: the plane itself, which has an audit log of its own and no workspace row. */
  public static final WorkspaceId PLANE = new WorkspaceId(new UUID(0, 0));

  private static final int TRIES = 3;
  /**
   * Named so that jOOQ's data types are registered before the first statement: a thread that asks for one while another thread registers them is
   * told for good that it is unknown.
   */
  static final DataType<?> REGISTERED = SQLDataType.TIMESTAMPWITHTIMEZONE;

  private final HikariDataSource pool;
  /** Given to each transaction, for what a session is told a pooler in transaction mode refuses or gives to somebody else. */
  private final String statementMillis;

  /** Opens the pool; a store that is away is no error yet. */
  public Database(StoreSettings settings) {
    this.statementMillis = Long.toString(settings.statementTimeout().toMillis());
    HikariConfig config = new HikariConfig();
    config.setPoolName("control");
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
    config.addDataSourceProperty("ApplicationName", "authpipe-control");
    config.addDataSourceProperty("socketTimeout", Long.toString(settings.statementTimeout().toSeconds() + 5));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    this.pool = new HikariDataSource(config);
  }

  /** As they are now: asked for by each new connection. */
  private static Credentials credentials(String user, Supplier<SecretText> password) {
    try (SecretText present = password.get()) {
      return Credentials.of(user, present.expose());
    }
  }

  /**
   * Runs work in one transaction that sees the given workspace's rows only.
   *
   * @throws StoreUnavailableException if the store cannot be reached; the work may run again later
   */
  public <T extends @Nullable Object> T inWorkspace(WorkspaceId workspace, Function<Tx, T> work) {
    Connection connection = bound(workspace.value().toString());
    OpenTransaction open = new OpenTransaction(connection, workspace);
    T result = finish(connection, () -> {
      T done = work.apply(new Tx(open, workspace));
      open.runBeforeCommit();
      return done;
    });
    open.runAfterCommit();
    return result;
  }

  /** As {@link #inWorkspace}, for work without a result. */
  public void run(WorkspaceId workspace, Consumer<Tx> work) {
    inWorkspace(workspace, tx -> {
      work.accept(tx);
      return Boolean.TRUE;
    });
  }

  /**
   * Runs a look-up that starts without a workspace: no tenant row is visible, only the SECURITY DEFINER functions and tables without
   * tenants answer (S34).
   */
  public <T extends @Nullable Object> T lookUp(Function<DSLContext, T> work) {
    Connection connection = bound("");
    return finish(connection, () -> work.apply(DSL.using(connection, SQLDialect.POSTGRES)));
  }

  /** Connections in use, for metrics. */
  public int busyConnections() {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  @Override
  public void close() {
    pool.close();
  }

  /** A connection whose transaction is bound to the workspace. One that broke while idle is replaced: no work has begun yet. */
  private Connection bound(String workspace) {
    SQLException last = new SQLException("no connection", "08000");
    for (int i = 0; i < TRIES; i++) {
      try {
        Connection connection = pool.getConnection();
        try {
          begin(connection, workspace);
          return connection;
        } catch (SQLException broken) {
          last = broken;
          pool.evictConnection(connection);
        }
      } catch (SQLException | PoolInitializationException unavailable) {
        throw new StoreUnavailableException(unavailable);
      }
    }
    throw new StoreUnavailableException(last);
  }

  private void begin(Connection connection, String workspace) throws SQLException {
    try (PreparedStatement statement = connection
        .prepareStatement("select set_config('authpipe.workspace', ?, true), set_config('statement_timeout', ?, true)")) {
      statement.setString(1, workspace);
      statement.setString(2, statementMillis);
      statement.execute();
    }
  }

  static void bind(Connection connection, String workspace) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select set_config('authpipe.workspace', ?, true)")) {
      statement.setString(1, workspace);
      statement.execute();
    }
  }

  private static <T extends @Nullable Object> T finish(Connection connection, Supplier<T> work) {
    try (connection) {
      try {
        T result = work.get();
        connection.commit();
        return result;
      } catch (Throwable failure) {
        rollback(connection, failure);
        throw failure;
      }
    } catch (SQLException failure) {
      throw new StoreUnavailableException(failure);
    } catch (DataAccessException failure) {
      throw unavailableOr(failure);
    }
  }

  private static void rollback(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }

  /** SQLSTATE classes 08 (connection), 53 (resources), 57 (operator intervention, timeouts) and 58 (system) are ours to wait out. */
  private static RuntimeException unavailableOr(DataAccessException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof SQLTransientConnectionException) {
      return new StoreUnavailableException(failure);
    }
    String state = failure.sqlState();
    return state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || state.startsWith("58")
        ? new StoreUnavailableException(failure)
        : failure;
  }
}
