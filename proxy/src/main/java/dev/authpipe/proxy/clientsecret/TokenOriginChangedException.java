package dev.authpipe.proxy.clientsecret;

/**
 * The client secret was set for another origin of the token endpoint and is not opened for this one: somebody who may must set it again.
 */
public final class TokenOriginChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Carries no address and no value. */
  public TokenOriginChangedException() {
    super("the token endpoint's origin changed after the client secret was set");
  }
}
