package dev.authpipe.control.mail;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.secret.SecretText;

/**
 * How mail leaves.
 *
 * @param from the sender's address
 * @param smtp the server; null: letters are printed to the log, which only development may
 */
public record MailSettings(String from, @Nullable Smtp smtp) {

  /** How the connection to the server is protected. */
  public enum Protection {
    /** TLS after STARTTLS, which is required. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS,
    /** None: development only. */
    NONE
  }

  /**
   * An SMTP server.
   *
   * @param user     null: no authentication
   * @param password reads that of the user for each connection
   */
  public record Smtp(String host, int port, Protection protection, @Nullable String user,
      @Nullable Supplier<SecretText> password) {
    /** Checks that user and password come together. */
    public Smtp {
      if ((user == null) != (password == null)) {
        throw new IllegalArgumentException("user and password belong together");
      }
    }
  }
}
