package dev.authpipe.testkit;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Logger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Connections of which one is kept when it is closed, as if it were new, for the next who asks: tests look into their stores a thousand times,
 * and PostgreSQL starts a process for each connection. Never hands out one that has died. Thread-safe.
 */
final class KeptConnection implements DataSource, AutoCloseable {
  private static final int ALIVE_SECONDS = 5;

  private final Supplier<DataSource> fresh;
  private final AtomicReference<@Nullable Connection> kept = new AtomicReference<>();
  private volatile boolean closed;

  /** @param fresh where the next new one comes from */
  KeptConnection(Supplier<DataSource> fresh) {
    this.fresh = fresh;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection one = kept.getAndSet(null);
    if (one != null && one.isValid(ALIVE_SECONDS)) {
      return borrowed(one);
    }
    if (one != null) {
      one.close();
    }
    return borrowed(fresh.get().getConnection());
  }

  private Connection borrowed(Connection real) {
    boolean[] returned = new boolean[1];
    return (Connection) Proxy.newProxyInstance(KeptConnection.class.getClassLoader(), new Class<?>[]{Connection.class},
        (_, method, arguments) -> {
          if (method.getName().equals("close")) {
            if (!returned[0]) {
              returned[0] = true;
              giveBack(real);
            }
            return null;
          }
          if (method.getName().equals("isClosed")) {
            return returned[0] || real.isClosed();
          }
          if (returned[0]) {
            throw new SQLException("the connection is closed");
          }
          return invoke(real, method, arguments);
        });
  }

  private static @Nullable Object invoke(Connection real, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getTargetException();
    }
  }

  /** As it was when it was new: no transaction, lock, setting or temporary table is left. */
  private void giveBack(Connection real) throws SQLException {
    if (closed || !isReset(real) || !kept.compareAndSet(null, real)) {
      real.close();
    } else if (closed) {
      close();
    }
  }

  private static boolean isReset(Connection real) {
    try {
      if (real.isClosed()) {
        return false;
      }
      if (!real.getAutoCommit()) {
        real.rollback();
        real.setAutoCommit(true);
      }
      try (Statement statement = real.createStatement()) {
        statement.execute("discard all");
      }
      return true;
    } catch (SQLException died) {
      return false;
    }
  }

  /** Lets the one that is kept go; from now on none is kept. */
  @Override
  public void close() throws SQLException {
    closed = true;
    Connection one = kept.getAndSet(null);
    if (one != null) {
      one.close();
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return fresh.get().getConnection(user, password);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return fresh.get().getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    fresh.get().setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    fresh.get().setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return fresh.get().getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return fresh.get().getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return fresh.get().unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return fresh.get().isWrapperFor(type);
  }
}
