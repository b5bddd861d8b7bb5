package dev.authpipe.sdk.value;

/**
 * An access token of a provider (RFC 6749, section 1.4). Use it at once and let it go: it is never worth storing, since the next
 * read returns a fresh one.
 */
public final class AccessToken extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value visible ASCII characters
   */
  public AccessToken(String value) {
    super(value);
  }
}
