package dev.authpipe.sdk.error;

/**
 * 424: this one connection cannot be used. Mostly its end user must connect again ({@link ErrorCode#REAUTH_REQUIRED},
 * {@link ErrorCode#DISCONNECTED}); all other connections are unaffected.
 */
public final class ConnectionUnusableException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public ConnectionUnusableException(Problem problem) {
    super(problem, null);
  }
}
