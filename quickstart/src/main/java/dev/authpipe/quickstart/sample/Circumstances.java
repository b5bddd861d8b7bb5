package dev.authpipe.quickstart.sample;

import java.time.Duration;

/**
 * What a person may make happen around the application, to see how it goes on without waiting for it. A real application has nothing like
 * it; the demonstration moves the clock of the proxy and the provider, which are its own.
 */
public interface Circumstances {

  /**
   * Lets time pass for the proxy and the provider.
   *
   * @param step how much
   */
  void letTimePass(Duration step);

  /**
   * Ends every grant of an account, as its owner does in the provider's security settings.
   *
   * @param account as the connection names it
   */
  void withdrawGrants(String account);
}
