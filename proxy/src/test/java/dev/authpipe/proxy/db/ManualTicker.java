package dev.authpipe.proxy.db;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

/** Elapsed time that a test moves. */
public final class ManualTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong(1);

  /** Lets time pass. */
  public void advance(Duration elapsed) {
    nanos.addAndGet(elapsed.toNanos());
  }

  @Override
  public long read() {
    return nanos.get();
  }
}
