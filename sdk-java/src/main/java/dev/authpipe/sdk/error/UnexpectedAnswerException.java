package dev.authpipe.sdk.error;

import org.jspecify.annotations.Nullable;

/**
 * An answer outside the contract: a status it does not name, a body that is not the promised JSON, or something that is not
 * the proxy. Never retried.
 */
public final class UnexpectedAnswerException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what could be read of the answer
   * @param cause why it could not be read; null when it could
   */
  public UnexpectedAnswerException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
