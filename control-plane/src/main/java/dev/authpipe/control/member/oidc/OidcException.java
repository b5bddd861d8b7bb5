package dev.authpipe.control.member.oidc;

/** A sign-in at the provider did not succeed. */
public final class OidcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The provider does not answer, or not as OpenID Connect says. */
    PROVIDER_UNAVAILABLE,
    /** What came back is not for this browser, not from this provider, or was not granted. */
    REFUSED
  }

  private final Reason reason;

  OidcException(Reason reason) {
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
