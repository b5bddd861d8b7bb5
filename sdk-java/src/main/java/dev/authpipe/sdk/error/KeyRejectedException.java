package dev.authpipe.sdk.error;

/**
 * 401, 403: the API key is unknown, revoked, expired, or lacks the scope. Its owner must act; never show this to an end user.
 */
public final class KeyRejectedException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public KeyRejectedException(Problem problem) {
    super(problem, null);
  }
}
