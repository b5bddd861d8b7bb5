package dev.authpipe.sdk.error;

/**
 * 400, 413, 415, 422: the request is wrong, and sending it again unchanged never helps. The application must change it.
 */
public final class RequestRejectedException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public RequestRejectedException(Problem problem) {
    super(problem, null);
  }
}
