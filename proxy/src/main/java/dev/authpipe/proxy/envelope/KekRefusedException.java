package dev.authpipe.proxy.envelope;

/**
 * The KMS answered that the key may not be used. Evicts what was unwrapped before at once; must never stand for a failure to reach the KMS.
 */
public final class KekRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The registered reasons. */
  public enum Reason {
    /** Access denied. */
    DENIED,
    /** The key is disabled. */
    DISABLED,
    /** The key is scheduled for deletion. */
    PENDING_DELETION,
    /** There is no such key. */
    NOT_FOUND,
    /** The proxy has no valid credentials for the KMS. */
    NO_CREDENTIALS
  }

  private final Reason reason;

  /** @param reason what the KMS answered, reduced to a registered reason */
  public KekRefusedException(Reason reason) {
    super("KEK refused: " + reason);
    this.reason = reason;
  }

  /** What the KMS answered. */
  public Reason reason() {
    return reason;
  }
}
