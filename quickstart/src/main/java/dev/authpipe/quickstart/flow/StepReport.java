package dev.authpipe.quickstart.flow;

/** Tells somebody how the steps go, while they go. */
public interface StepReport {

  /** A step begins; it may take a while. */
  void begins(Step step);

  /** A step is over. */
  void ended(StepResult result);
}
