package dev.authpipe.proxy.envelope;

/**
 * The key that a record needs cannot be used now: the KEK refuses, cannot be reached beyond the hard limit, or the keyset is gone. Answered
 * with 503 {@code key_unavailable}; carries no key material and no text of the KMS.
 */
public final class KeyUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The KEK answered no: denied, disabled, pending deletion, not found, no credentials. */
    REFUSED,
    /** The KEK did not answer, and what was unwrapped before is too old. */
    OUTAGE,
    /** The workspace has no keyset, or no longer. */
    MISSING,
    /** A sealer was held longer than 45 s. */
    HOLD_EXPIRED
  }

  private final Reason reason;

  /** @param reason why */
  public KeyUnavailableException(Reason reason) {
    super("key unavailable: " + reason);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
