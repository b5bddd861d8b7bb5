package dev.authpipe.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. It never reads the time of the machine. Safe for many threads. */
public final class ManualClock extends Clock {

  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private ManualClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** A clock at noon of an ordinary day, UTC. */
  public static ManualClock atNoon() {
    return at(Instant.parse("2027-03-01T12:00:00Z"));
  }

  public static ManualClock at(Instant start) {
    return new ManualClock(new AtomicReference<>(start), ZoneOffset.UTC);
  }

  /** Moves the clock; a negative step moves it back, as a badly kept machine would. */
  public void advance(Duration step) {
    now.updateAndGet(instant -> instant.plus(step));
  }

  public void moveTo(Instant instant) {
    now.set(instant);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same time seen from another zone: moving one of the two moves both. */
  @Override
  public Clock withZone(ZoneId other) {
    return new ManualClock(now, other);
  }
}
