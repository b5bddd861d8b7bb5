package dev.authpipe.proxy.proof;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.locks.LockSupport;

/**
 * The machine's clock, which never answers one chosen method: a process can be killed at a place that nothing outside of it marks. Says on
 * standard output that somebody stands there.
 */
final class StoppingClock extends Clock {
  static final String PROPERTY = "proof.stop";
  static final String STOPPED = "proof: stopped";

  private final String stop = System.getProperty(PROPERTY, "");

  @Override
  public Instant instant() {
    if (!stop.isEmpty() && StackWalker.getInstance().walk(frames -> frames
        .anyMatch(frame -> stop.equals(frame.getClassName().replaceFirst(".*[.$]", "") + "." + frame.getMethodName())))) {
      System.out.println(STOPPED);
      while (true) {
        LockSupport.park(this);
      }
    }
    return Instant.now();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
