package dev.authpipe.sdk.error;

/**
 * 500, 503: the proxy cannot serve now (its key, its database or its audit log is away), or made a mistake. Its operator must act, with the
 * request id; try later.
 */
public final class ProxyUnavailableException extends AuthpipeException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for this problem.
   *
   * @param problem what the answer said
   */
  public ProxyUnavailableException(Problem problem) {
    super(problem, null);
  }
}
