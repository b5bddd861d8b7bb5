package dev.authpipe.sdk.value;

/**
 * Opens the hosted page of one connect session for one browser. Never sent to anybody but the signed-in end user who asked.
 */
public final class SessionToken extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value visible ASCII characters
   */
  public SessionToken(String value) {
    super(value);
  }
}
