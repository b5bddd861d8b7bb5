package dev.authpipe.proxy.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/** Listens to one database until stopped. Every interruption starts a new {@link #period()}. */
final class Listening implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final String CHANNEL = "authpipe_changed";
  private static final int POLL_MILLIS = 250;
  private static final Duration HEARTBEAT = Duration.ofMillis(500);
  private static final Duration TRUST = Duration.ofMillis(1_500);
  private static final Duration RECONNECT = Duration.ofMillis(500);
  private static final Duration RETRY_INDIRECT = Duration.ofSeconds(5);

  private final StoreSettings settings;
  private final Ticker ticker;
  private final Map<String, List<BiConsumer<WorkspaceId, UUID>>> subscribers;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicLong period = new AtomicLong();
  private boolean saidIndirect; // of the listening thread alone
  private volatile boolean listening;
  private volatile long confirmedAt;

  /**
   * @param settings    how to reach the database; its notification URL must be a direct connection
   * @param ticker      monotonic nanoseconds
   * @param subscribers who is called back, by the kind of row
   */
  Listening(StoreSettings settings, Ticker ticker, Map<String, List<BiConsumer<WorkspaceId, UUID>>> subscribers) {
    this.subscribers = subscribers;
    this.settings = settings;
    this.ticker = ticker;
  }

  /** Starts listening on a virtual thread; returns at once. */
  void start() {
    Thread.ofVirtual().name("notifications").start(this::listenUntilStopped);
  }

  /** Whether PostgreSQL confirmed within the last 1.5 s that nothing we did not hear of has changed. */
  boolean confirmed() {
    return listening && ticker.read() - confirmedAt <= TRUST.toNanos();
  }

  /** Monotonic nanoseconds of the last confirmation in this period. */
  long confirmedAt() {
    return confirmedAt;
  }

  /** Number of the current uninterrupted stretch of listening. */
  long period() {
    return period.get();
  }

  private void listenUntilStopped() {
    while (stopped.getCount() > 0) {
      Duration pause = RECONNECT;
      try (Connection connection = connect(); Statement statement = connection.createStatement()) {
        if (DirectConnection.is(connection)) {
          statement.execute(
              "listen " + CHANNEL + "; listen " + Announcements.beat(connection.unwrap(PGConnection.class).getBackendPID()));
          period.incrementAndGet();
          confirmedAt = ticker.read();
          listening = true;
          receive(connection);
        } else {
          sayIndirect();
          pause = RETRY_INDIRECT;
        }
      } catch (SQLException failure) {
        if (listening) {
          LOG.warn("notifications interrupted, SQLSTATE {}", failure.getSQLState());
        }
      } finally {
        listening = false;
        period.incrementAndGet();
      }
      pause(pause);
    }
  }

  /** Once: it stays so until somebody changes the settings, or what stands at that address. */
  private void sayIndirect() {
    if (!saidIndirect) {
      saidIndirect = true;
      LOG.warn(
          "notifications are not listened to: the address leads through a pooler, so rows count for 5 s only; set notification_url"
              + " to a direct connection");
    }
  }

  private void receive(Connection connection) throws SQLException {
    PGConnection notifications = connection.unwrap(PGConnection.class);
    String beat = Announcements.beat(notifications.getBackendPID());
    long lastHeartbeat = ticker.read();
    while (stopped.getCount() > 0) {
      PGNotification[] received = notifications.getNotifications(POLL_MILLIS);
      if (received != null) {
        for (PGNotification notification : received) {
          deliver(notification.getParameter());
        }
      }
      long now = ticker.read();
      if (now - lastHeartbeat >= HEARTBEAT.toNanos()) {
        boolean all = !Announcements.tellAndHear(connection).more();
        boolean heard = false;
        PGNotification[] late = notifications.getNotifications();
        for (PGNotification notification : late == null ? new PGNotification[0] : late) {
          heard |= notification.getName().equals(beat);
          deliver(notification.getParameter());
        }
        if (all && heard) {
          lastHeartbeat = now;
          confirmedAt = now;
        }
      }
    }
  }

  private void deliver(String payload) {
    String[] parts = payload.split(":", 3);
    List<BiConsumer<WorkspaceId, UUID>> interested = parts.length == 3 ? subscribers.get(parts[0]) : null;
    if (interested == null) {
      return;
    }
    try {
      WorkspaceId workspace = new WorkspaceId(UUID.fromString(parts[1]));
      UUID id = UUID.fromString(parts[2]);
      interested.forEach(callback -> callback.accept(workspace, id));
    } catch (IllegalArgumentException malformed) {
      LOG.warn("ignored a malformed notification");
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
    properties.setProperty("ApplicationName", "authpipe-notifications");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "10");
    @Nullable
    String direct = settings.notificationUrl();
    return DriverManager.getConnection(direct == null ? settings.jdbcUrl() : direct, properties);
  }

  private void pause(Duration pause) {
    try {
      boolean done = stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      if (done) {
        LOG.debug("notifications stopped");
      }
    } catch (InterruptedException interrupted) {
      stopped.countDown();
      Thread.currentThread().interrupt();
    }
  }

  /** Stops listening by a flag: interrupting a driver call would break its connection half-way. */
  @Override
  public void close() {
    stopped.countDown();
  }
}
