package dev.authpipe.sdk.value;

/**
 * A secret that the application brings along: an API key, a password, a token or a client secret to be sealed. It is sent once and never
 * answered back.
 */
public final class ProvidedSecret extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value any text of at most 64 Ki characters
   */
  public ProvidedSecret(String value) {
    super(value, true);
  }
}
