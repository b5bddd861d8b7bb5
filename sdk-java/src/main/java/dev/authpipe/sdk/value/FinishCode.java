package dev.authpipe.sdk.value;

/**
 * The single-use code that the return URL carries (RFC 6749 would call it an authorization code). Worth nothing without the
 * verifier of the user who started the session.
 */
public final class FinishCode extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value visible ASCII characters
   */
  public FinishCode(String value) {
    super(value);
  }
}
