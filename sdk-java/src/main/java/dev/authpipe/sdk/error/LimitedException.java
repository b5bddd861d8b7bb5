package dev.authpipe.sdk.error;

/**
 * 429: a limit of the key or the workspace is used up. Wait {@link #retryAfter()} before asking again.
 */
public final class LimitedException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public LimitedException(Problem problem) {
    super(problem, null);
  }
}
