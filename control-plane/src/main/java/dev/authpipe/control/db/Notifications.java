package dev.authpipe.control.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.control.secret.SecretText;

/**
 * Wakes who waits for changes that any replica makes ({@code NOTIFY authpipe_link}), at most once a second, and every other second also
 * without a word from PostgreSQL: silence never means that nothing changed. What changed is for those who woke to look up. Thread-safe.
 */
public final class Notifications implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final String CHANNEL = "authpipe_link";
  private static final Duration PACE = Duration.ofSeconds(1);
  private static final int UNASKED = 2;

  private final StoreSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turn = lock.newCondition();
  private long round;
  private boolean stopped;

  /** @param settings how to reach the store; its notification URL must be a direct connection */
  public Notifications(StoreSettings settings) {
    this.settings = settings;
  }

  /** Tells all replicas, when the transaction commits, that something changed. */
  public static void announce(Tx tx) {
    tx.dsl().execute("select pg_notify('" + CHANNEL + "', '')");
  }

  /** Starts listening on a virtual thread; returns at once. */
  public void start() {
    Thread.ofVirtual().name("notifications").start(this::listenUntilStopped);
  }

  /** The number of the present round; to be read before one looks, and given to {@link #await} after one found nothing. */
  public long round() {
    lock.lock();
    try {
      return round;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something may have changed since a round.
   *
   * @return false when the time is up, or nobody will wake anybody any more
   */
  public boolean await(long since, Duration most) {
    long left = most.toNanos();
    lock.lock();
    try {
      while (round == since && left > 0 && !stopped) {
        left = turn.awaitNanos(left);
      }
      return round != since && !stopped;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void listenUntilStopped() {
    while (!isStopped()) {
      try (Connection connection = connect(); Statement statement = connection.createStatement()) {
        statement.execute("listen " + CHANNEL);
        receive(connection.unwrap(PGConnection.class), statement);
      } catch (SQLException failure) {
        LOG.debug("notifications interrupted, SQLSTATE {}", failure.getSQLState());
        pause();
        next();
      }
    }
  }

  private void receive(PGConnection connection, Statement statement) throws SQLException {
    int quiet = 0;
    while (!isStopped()) {
      boolean heard = connection.getNotifications((int) PACE.toMillis()) != null;
      quiet = heard ? 0 : quiet + 1;
      if (heard || quiet >= UNASKED) {
        next();
        quiet = 0;
      }
      if (heard) {
        pause();
      } else {
        statement.execute("select 1"); // a connection that died says so
      }
    }
  }

  private void next() {
    lock.lock();
    try {
      round++;
      turn.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    lock.lock();
    try {
      long left = PACE.toNanos();
      while (left > 0 && !stopped) {
        left = turn.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stopped = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nobody will be woken any more. */
  public boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    Supplier<SecretText> password = settings.password();
    if (password != null) {
      try (SecretText present = password.get()) {
        properties.setProperty("password", present.expose());
      } catch (RuntimeException unreadable) {
        throw new SQLException("the password cannot be read", "28000", unreadable);
      }
    }
    properties.setProperty("ApplicationName", "authpipe-control-notifications");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "10");
    @Nullable
    String direct = settings.notificationUrl();
    return DriverManager.getConnection(direct == null ? settings.jdbcUrl() : direct, properties);
  }

  /** Stops listening by a flag, for interrupting a driver call would break its connection half-way; who waits goes on at once. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      turn.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
