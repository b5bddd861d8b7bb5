package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

/** Monotonic time that passes when a test says so. */
final class ManualNanos implements Ticker {
  private final AtomicLong nanos = new AtomicLong();

  void advance(Duration time) {
    long now = nanos.addAndGet(time.toNanos());
    assert now >= 0;
  }

  @Override
  public long read() {
    return nanos.get();
  }
}
