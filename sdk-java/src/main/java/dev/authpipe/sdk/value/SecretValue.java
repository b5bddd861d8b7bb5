package dev.authpipe.sdk.value;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A string that must not be seen. It prints {@code ***}, cannot be serialised, and is compared in constant time; only
 * {@link #reveal()} gives it out, and what that returns must never be logged, stored or put into a URL.
 */
public abstract sealed class SecretValue
    permits AccessToken, ApiKey, CodeVerifier, FinishCode, ProvidedSecret, SessionToken, WebhookSecret {

  /** What every secret prints. */
  static final String MASK = "***";

  private static final int LONGEST = 64 * 1024;

  private final String value;

  SecretValue(String value) {
    this(value, false);
  }

  SecretValue(String value, boolean anyText) {
    Objects.requireNonNull(value, "value");
    boolean printable = anyText || value.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (value.isEmpty() || value.length() > LONGEST || !printable) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " must be 1 to " + LONGEST + (anyText ? "" : " visible ASCII") + " characters");
    }
    this.value = value;
  }

  /**
   * The secret itself, for the one place that needs it.
   *
   * @return the plain value
   */
  public final String reveal() {
    return value;
  }

  /** Compares in constant time. */
  @Override
  public final boolean equals(Object other) {
    return other instanceof SecretValue secret && secret.getClass() == getClass() && isSame(value, secret.value);
  }

  /** Constant, so that nothing about the secret leaks through hash tables: a poor key of a map, which no secret should be. */
  @Override
  public final int hashCode() {
    return 1;
  }

  static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public final String toString() {
    return MASK;
  }
}
