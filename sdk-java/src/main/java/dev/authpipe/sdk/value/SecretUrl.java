package dev.authpipe.sdk.value;

import java.net.URI;
import java.util.Objects;

/**
 * An address whose fragment is a secret, so that it prints without it. It goes into one browser, and never into a log, a mail or a referrer.
 */
public abstract sealed class SecretUrl permits ConnectUrl, EntryUrl {

  private final URI address;

  SecretUrl(URI address) {
    this.address = Objects.requireNonNull(address, "address");
    if (!address.isAbsolute() || address.getHost() == null) {
      throw new IllegalArgumentException("the address is absolute");
    }
  }

  /**
   * The whole address, for the browser.
   *
   * @return the address with its secret fragment
   */
  public final URI reveal() {
    return address;
  }

  /** Compares in constant time, and letter by letter. */
  @Override
  public final boolean equals(Object other) {
    return other instanceof SecretUrl url && url.getClass() == getClass()
        && SecretValue.isSame(address.toString(), url.address.toString());
  }

  /** Constant, so that nothing about the fragment leaks through hash tables. */
  @Override
  public final int hashCode() {
    return 1;
  }

  @Override
  public final String toString() {
    String text = address.toString();
    int fragment = text.indexOf('#');
    return fragment < 0 ? text : text.substring(0, fragment + 1) + SecretValue.MASK;
  }
}
