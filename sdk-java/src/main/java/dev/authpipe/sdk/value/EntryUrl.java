package dev.authpipe.sdk.value;

import java.net.URI;

/**
 * The link by which a person without an API key enters a client secret, once. Its fragment opens the page, so it prints without it.
 */
public final class EntryUrl extends SecretUrl {

  /**
   * Wraps an address.
   *
   * @param address absolute
   */
  public EntryUrl(URI address) {
    super(address);
  }
}
