package dev.authpipe.proxy.backup;

/** The vault lacks an erasure that was reported done: nobody may be served from it. Its message names nobody. */
public final class LedgerBehindException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LedgerBehindException(String message) {
    super(message);
  }
}
