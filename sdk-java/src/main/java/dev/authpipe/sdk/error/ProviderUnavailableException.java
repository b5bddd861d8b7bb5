package dev.authpipe.sdk.error;

/**
 * 502, 504: the provider could not be reached, or did not answer in time. Nobody on this side can mend it; try later.
 */
public final class ProviderUnavailableException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public ProviderUnavailableException(Problem problem) {
    super(problem, null);
  }
}
