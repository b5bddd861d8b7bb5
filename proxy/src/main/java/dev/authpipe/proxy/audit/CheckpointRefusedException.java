package dev.authpipe.proxy.audit;

/** A log does not fit the checkpoint that was signed of it: it was rolled back or changed. No new checkpoint may be signed. */
public final class CheckpointRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What does not fit. */
  public enum Reason {
    /** The log is shorter than it was. */
    ROLLED_BACK,
    /** The log does not begin as it did, or its head is not that of its events. */
    NOT_CONSISTENT,
    /** The checkpoint that was kept is not one of this log, signed by our key. */
    CHECKPOINT_UNREADABLE
  }

  private final Reason reason;

  CheckpointRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
