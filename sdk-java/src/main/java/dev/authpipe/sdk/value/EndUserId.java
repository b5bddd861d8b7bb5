package dev.authpipe.sdk.value;

/**
 * The application's own name for one of its end users. Must come from the application's login session, never from a request
 * parameter.
 *
 * @param value 1 to 256 characters without control characters
 */
public record EndUserId(String value) {

  /** Checks length and characters. */
  public EndUserId {
    Words.requireText(value, 256);
  }

  @Override
  public String toString() {
    return value;
  }
}
