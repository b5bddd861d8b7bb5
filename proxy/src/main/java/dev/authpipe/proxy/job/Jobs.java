package dev.authpipe.proxy.job;

import java.time.Duration;

import jakarta.inject.Singleton;

/** Runs scheduled work once per cluster. Never runs the same job on two replicas at a time. */
@SuppressWarnings("DoNotCallSuggester")
@Singleton
public final class Jobs {
  /**
   * Registers work.
   *
   * @param name  lower-case words joined by hyphens, unique
   * @param every time between the starts of two runs
   */
  public void register(String name, Duration every, JobRun run) {
    throw new UnsupportedOperationException();
  }
}
