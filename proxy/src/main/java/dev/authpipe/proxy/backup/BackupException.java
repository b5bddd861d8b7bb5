package dev.authpipe.proxy.backup;

/** A backup could not be made, read or restored. The message is a sentence for the operator, without a value of any row. */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What stood in the way, as a code for events and metrics. */
  public enum Reason {
    /** The file is not as it was written, or not one of this program. */
    FILE_REFUSED,
    /** The file cannot be read or written. */
    FILE_UNAVAILABLE,
    /** The KEK refuses. */
    KEY_REFUSED,
    /** The KEK does not answer. */
    KEY_UNAVAILABLE,
    /** The database does not answer, or refuses. */
    STORE_UNAVAILABLE,
    /** The store is not such that it may be backed up, or restored to. */
    STORE_UNFIT
  }

  private final Reason reason;

  public BackupException(Reason reason, String sentence) {
    super(sentence);
    this.reason = reason;
  }

  public BackupException(Reason reason, String sentence, Throwable cause) {
    super(sentence, cause);
    this.reason = reason;
  }

  /** What stood in the way. */
  public Reason reason() {
    return reason;
  }

  static BackupException refused(String what) {
    return new BackupException(Reason.FILE_REFUSED, "the file is not as it was written: " + what);
  }
}
