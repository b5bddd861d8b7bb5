package dev.authpipe.sdk.error;

/**
 * 409: the state does not allow it now. Read the state, then decide; a blind repetition never helps.
 */
public final class ConflictException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public ConflictException(Problem problem) {
    super(problem, null);
  }
}
