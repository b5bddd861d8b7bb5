package dev.authpipe.proxy.envelope;

/**
 * The KMS did not answer: timeout, throttling, a server error, no route. What was unwrapped before is served until the hard limit.
 */
public final class KekOutageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** @param what a fixed word for the log, never the KMS's text */
  public KekOutageException(String what) {
    super("KEK did not answer: " + what);
  }
}
