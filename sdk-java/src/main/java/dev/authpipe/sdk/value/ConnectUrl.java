package dev.authpipe.sdk.value;

import java.net.URI;

/**
 * The address of the hosted connect page. Its fragment is the session token, so it prints without it; hand it to the browser of
 * the signed-in end user and to nobody else.
 */
public final class ConnectUrl extends SecretUrl {

  /**
   * Wraps an address.
   *
   * @param address absolute, {@code https}, or {@code http} on loopback
   */
  public ConnectUrl(URI address) {
    super(address);
  }
}
