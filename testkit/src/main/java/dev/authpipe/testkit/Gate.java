package dev.authpipe.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A gate that holds whoever arrives until a test opens it: the testkit's replacement for sleeping.
 *
 * <p>It never holds anybody for longer than a minute: a test that forgets to open it fails instead of hanging.
 */
public final class Gate {

  private static final Duration LONGEST_HOLD = Duration.ofSeconds(60);
  private static final Duration LONGEST_WATCH = Duration.ofSeconds(30);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean open;
  private int arrivals;
  private int waiting;

  private Gate() {}

  public static Gate closed() {
    return new Gate();
  }

  /** Lets everybody through, those who wait and those who come later. */
  public void open() {
    lock.lock();
    try {
      open = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Arrives at the gate and waits until it is open.
   *
   * @throws IllegalStateException when nobody opened the gate for a minute, or the waiting thread was interrupted
   */
  public void pass() {
    lock.lock();
    try {
      arrivals++;
      waiting++;
      changed.signalAll();
      await(LONGEST_HOLD, () -> open, "the gate was not opened");
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /** Waits until so many have arrived since the gate was made, whether or not they have been let through. */
  public void awaitArrivals(int expected) {
    lock.lock();
    try {
      await(LONGEST_WATCH, () -> arrivals >= expected, "fewer than " + expected + " arrived at the gate");
    } finally {
      lock.unlock();
    }
  }

  public int arrivals() {
    lock.lock();
    try {
      return arrivals;
    } finally {
      lock.unlock();
    }
  }

  /** How many are held right now. */
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  private void await(Duration limit, BooleanSupplier condition, String complaint) {
    var left = limit.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new IllegalStateException(complaint + " within " + TimeUnit.NANOSECONDS.toSeconds(limit.toNanos()) + " s");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at a gate", e);
    }
  }
}
