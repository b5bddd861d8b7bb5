package dev.authpipe.quickstart.stage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** The system's clock, moved on by as much as somebody said. It goes on running, unlike a test's clock. Safe for many threads. */
public final class ShiftedClock extends Clock {
  private final AtomicReference<Duration> shift;
  private final ZoneId zone;

  /** A clock that has not been moved yet. */
  public ShiftedClock() {
    this(new AtomicReference<>(Duration.ZERO), ZoneOffset.UTC);
  }

  private ShiftedClock(AtomicReference<Duration> shift, ZoneId zone) {
    this.shift = shift;
    this.zone = zone;
  }

  /** Moves it on. */
  public void moveOn(Duration step) {
    shift.updateAndGet(step::plus);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(shift.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new ShiftedClock(shift, other);
  }
}
