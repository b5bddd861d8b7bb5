package dev.authpipe.quickstart.flow;

/** Something else came than a step expected. Says both, never with a secret in it. */
public final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String came;

  /**
   * A failure.
   *
   * @param expected what should have come
   * @param came     what came instead
   */
  public StepFailure(String expected, String came) {
    super("expected " + expected + ", came " + came);
    this.expected = expected;
    this.came = came;
  }

  /** What should have come. */
  public String expected() {
    return expected;
  }

  /** What came instead. */
  public String came() {
    return came;
  }
}
