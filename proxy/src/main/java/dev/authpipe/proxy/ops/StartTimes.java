package dev.authpipe.proxy.ops;

import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;

/** How long each step of a start took, for one line of the log. For one thread. */
final class StartTimes {
  private final Ticker ticker;
  private final StringJoiner steps = new StringJoiner(", ");
  private long began;

  StartTimes(Ticker ticker) {
    this.ticker = ticker;
    this.began = ticker.read();
  }

  /** The step that began with the end of the one before is done. */
  void done(String step) {
    long now = ticker.read();
    steps.add(step + " " + TimeUnit.NANOSECONDS.toMillis(now - began) + " ms");
    began = now;
  }

  @Override
  public String toString() {
    return steps.toString();
  }
}
