package dev.authpipe.sdk.error;

/**
 * 400, 405, 406, 408, 413, 414, 415, 422, 431: the request is wrong, and sending it again unchanged never helps. The application must change
 * it. Also what {@code finish} throws when the signed-in user did not start the session; its status is then 0.
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
