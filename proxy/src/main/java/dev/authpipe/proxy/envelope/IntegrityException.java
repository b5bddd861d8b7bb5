package dev.authpipe.proxy.envelope;

/**
 * A stored record, keyset or authority row is not what was written at this place: changed, moved or of an unknown format (S2 to S4). The
 * caller refuses with {@code integrity_error} and writes an audit event; nothing of the record may be used.
 */
public final class IntegrityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** @param what the kind of thing that failed, never a value */
  public IntegrityException(String what) {
    super("integrity check failed: " + what);
  }
}
