package dev.authpipe.proxy.proof;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** Wall time that runs as the machine's does, and jumps ahead when a test says so: what expires then need not be waited for. */
public final class JumpingClock extends Clock {
  private final AtomicReference<Duration> ahead;
  private final ZoneId zone;

  public JumpingClock() {
    this(new AtomicReference<>(Duration.ZERO), ZoneOffset.UTC);
  }

  private JumpingClock(AtomicReference<Duration> ahead, ZoneId zone) {
    this.ahead = ahead;
    this.zone = zone;
  }

  public void advance(Duration step) {
    ahead.updateAndGet(step::plus);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new JumpingClock(ahead, other);
  }
}
