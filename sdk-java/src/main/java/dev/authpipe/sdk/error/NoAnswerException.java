package dev.authpipe.sdk.error;

import java.net.http.HttpTimeoutException;

/**
 * No answer: the proxy could not be reached, a time limit passed, or the connection broke. The call may or may not have had
 * its effect.
 */
public final class NoAnswerException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this failure.
   *
   * @param problem with status 0
   * @param cause what the transport threw
   */
  public NoAnswerException(Problem problem, Throwable cause) {
    super(problem, cause);
  }

  /**
   * Whether a time limit passed, as opposed to a connection that could not be made or broke.
   *
   * @return true for a time limit
   */
  public boolean timedOut() {
    return getCause() instanceof HttpTimeoutException;
  }
}
