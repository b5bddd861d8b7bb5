package dev.authpipe.sdk.value;

/**
 * Why something is to be renewed by a date. Open: a word that this version does not know is kept as it came, so have a branch for the rest.
 *
 * @param value the proxy's word
 */
public record DueReason(String value) {

  /** The grant's age, counted from when the end user agreed. */
  public static final DueReason ABSOLUTE_LIMIT = new DueReason("absolute_limit");
  /** A refresh token that is not used. */
  public static final DueReason IDLE_LIMIT = new DueReason("idle_limit");
  /** The end of the refresh token as the provider stated it. */
  public static final DueReason REFRESH_TOKEN_EXPIRY = new DueReason("refresh_token_expiry");
  /** A secret's age: the rule of the provider's entry or of the integration. */
  public static final DueReason ROTATE_AFTER = new DueReason("rotate_after");
  /** A secret's own end, as whoever set it said. */
  public static final DueReason SECRET_EXPIRES_AT = new DueReason("secret_expires_at");

  /** Checks that there is one. */
  public DueReason {
    Words.requireText(value, 100);
  }

  @Override
  public String toString() {
    return value;
  }
}
