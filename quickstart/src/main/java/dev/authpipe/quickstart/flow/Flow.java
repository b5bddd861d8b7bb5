package dev.authpipe.quickstart.flow;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import dev.authpipe.sdk.error.AuthpipeException;

/** Runs steps one after the other until one fails. */
public final class Flow {
  private final StepReport report;
  private int number;

  /**
   * A flow that has not begun.
   *
   * @param report is told how it goes
   */
  public Flow(StepReport report) {
    this.report = report;
  }

  /**
   * Runs these steps; may be called again with further ones.
   *
   * @param steps in order
   * @return whether all held; after the first failure nothing more is done
   */
  public boolean run(List<Step> steps) {
    for (Step step : steps) {
      report.begins(step);
      StepResult result = run(step);
      report.ended(result);
      if (!result.held()) {
        return false;
      }
    }
    return true;
  }

  private StepResult run(Step step) {
    number++;
    long begun = System.nanoTime();
    try {
      String remark = step.action().run();
      return new StepResult(number, step, since(begun), remark, null);
    } catch (StepFailure failure) {
      return new StepResult(number, step, since(begun), "", failure);
    } catch (Exception failure) {
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return new StepResult(number, step, since(begun), "", new StepFailure("an answer", describe(failure)));
    }
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Messages of the SDK and of the operating system hold no secret; any other might quote an address or an answer. */
  private static String describe(Exception failure) {
    Throwable cause = failure.getCause() instanceof IOException io ? io : failure;
    boolean safe = cause instanceof AuthpipeException || cause instanceof IOException;
    String message = cause.getMessage();
    return safe && message != null ? message : cause.getClass().getSimpleName();
  }
}
