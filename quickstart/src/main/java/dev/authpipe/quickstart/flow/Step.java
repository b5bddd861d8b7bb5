package dev.authpipe.quickstart.flow;

/**
 * One thing that the demonstration does and checks.
 *
 * @param chapter the heading it stands under
 * @param name    what happens, as a sentence without its full stop
 * @param action  does it
 */
public record Step(String chapter, String name, Action action) {

  /** Does one step. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does it and checks what came.
     *
     * @return a short remark for the reader, without secrets; empty for none
     * @throws StepFailure when something else came than was expected
     * @throws Exception   when nothing came
     */
    String run() throws Exception;
  }
}
