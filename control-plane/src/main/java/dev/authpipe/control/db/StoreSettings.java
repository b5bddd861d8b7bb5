package dev.authpipe.control.db;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;

/**
 * How to reach the store as its application role. Never the owner role: migrations have their own.
 *
 * @param jdbcUrl             JDBC URL, without credentials; may lead through PgBouncer in transaction mode
 * @param notificationUrl     a direct connection for LISTEN, where the other leads through a pooler; null: the same
 * @param user                the application role
 * @param password            reads its password for each new connection; null where a client certificate or trust decides
 * @param poolSize            most connections at a time
 * @param waitForConnection   how long a request waits for a connection before 503
 * @param statementTimeout    longest run of one statement
 */
public record StoreSettings(String jdbcUrl, @Nullable String notificationUrl, String user,
    @Nullable Supplier<SecretText> password,
    int poolSize,
    Duration waitForConnection, Duration statementTimeout) {

  /** Checks the limits. */
  public StoreSettings {
    if (poolSize < 1 || poolSize > 500) {
      throw new IllegalArgumentException("pool size is 1 to 500");
    }
  }
}
