package dev.authpipe.proxy.proof;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

/** Elapsed time that runs as the machine's does, and jumps when a test says so. */
final class ManualTicker implements Ticker {
  private final AtomicLong ahead = new AtomicLong();

  @Override
  public long read() {
    return System.nanoTime() + ahead.get();
  }

  void advance(Duration step) {
    ahead.addAndGet(step.toNanos());
  }
}
