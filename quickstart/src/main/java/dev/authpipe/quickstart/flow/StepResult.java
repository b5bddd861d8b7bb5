package dev.authpipe.quickstart.flow;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How one step went.
 *
 * @param number  its place, from 1
 * @param step    the step
 * @param took    how long it took
 * @param remark  what it has to say; empty for nothing
 * @param failure why it failed; null when it held
 */
public record StepResult(int number, Step step, Duration took, String remark, @Nullable StepFailure failure) {

  /** Whether everything came as expected. */
  public boolean held() {
    return failure == null;
  }
}
