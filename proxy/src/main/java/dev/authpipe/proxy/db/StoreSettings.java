package dev.authpipe.proxy.db;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * How to reach one store as its application role. Never the owner role: migrations have their own.
 *
 * @param jdbcUrl             JDBC URL, without credentials; may lead through PgBouncer in transaction mode
 * @param notificationUrl     JDBC URL of a direct connection for LISTEN; null: the same as {@code jdbcUrl}
 * @param user                the application role
 * @param password            reads its password for each new connection, so that a replaced one counts at once; null where a client
 *                            certificate or trust decides
 * @param poolSize            most connections at a time
 * @param waitForConnection   how long a request waits for a connection before 503
 * @param statementTimeout    longest run of one statement
 */
public record StoreSettings(String jdbcUrl, @Nullable String notificationUrl, String user,
    @Nullable Supplier<SecretText> password, int poolSize,
    Duration waitForConnection, Duration statementTimeout) {

  /** Checks the limits. */
  public StoreSettings {
    if (poolSize < 1 || poolSize > 500) {
      throw new IllegalArgumentException("pool size is 1 to 500");
    }
  }
}
