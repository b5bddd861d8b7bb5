package dev.authpipe.sdk.value;

import java.net.URI;
import java.util.Objects;

/**
 * The address of the hosted connect page. Its fragment is the session token, so it prints without it; hand it to the browser of
 * the signed-in end user and to nobody else.
 */
public final class ConnectUrl {

  private final URI address;

  /**
   * Wraps an address.
   *
   * @param address absolute, {@code https}, or {@code http} on loopback
   */
  public ConnectUrl(URI address) {
    this.address = Objects.requireNonNull(address, "address");
    if (!address.isAbsolute() || address.getHost() == null) {
      throw new IllegalArgumentException("a connect URL is absolute");
    }
  }

  /**
   * The whole address, for the browser.
   *
   * @return the address with its secret fragment
   */
  public URI reveal() {
    return address;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConnectUrl url && url.address.equals(address);
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  @Override
  public String toString() {
    String text = address.toString();
    int fragment = text.indexOf('#');
    return fragment < 0 ? text : text.substring(0, fragment + 1) + SecretValue.MASK;
  }
}
