package dev.authpipe.sdk.value;

/**
 * The key by which the application speaks to the proxy. Belongs on a server, never in a browser or an app.
 */
public final class ApiKey extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value visible ASCII characters
   */
  public ApiKey(String value) {
    super(value);
  }
}
