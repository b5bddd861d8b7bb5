package dev.authpipe.proxy.job;

/** Scheduled work of a room. Must be safe to run again after it was cut off at any point, and must bound its own waits. */
@FunctionalInterface
public interface JobRun {
  /** Does the work once; an exception counts as a failure and is told by its class only. */
  void run();
}
