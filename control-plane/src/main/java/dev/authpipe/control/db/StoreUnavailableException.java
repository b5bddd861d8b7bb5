package dev.authpipe.control.db;

/**
 * The store could not be reached or did not answer in time; nothing was committed as far as we know. Carries no SQL text and no value.
 */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** @param cause the driver's or the pool's exception, kept for the log only */
  public StoreUnavailableException(Throwable cause) {
    super("store unavailable", cause);
  }
}
