package dev.authpipe.sdk.error;

/**
 * 404: unknown here, or another workspace's, which the proxy does not tell apart; also a connection that is not the named end
 * user's.
 */
public final class NotFoundException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public NotFoundException(Problem problem) {
    super(problem, null);
  }
}
