package dev.authpipe.proxy.db;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was counted in memory to a store: at an interval, when nudged, and once more when closed. Must never be the only thing that
 * decides whether a count is lost: the write itself keeps what it could not write.
 */
public final class WriteBehind implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
  private static final Duration LAST_WRITE = Duration.ofSeconds(10);

  private final String name;
  private final Duration every;
  private final Runnable write;
  private final Semaphore due = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean started;
  private volatile boolean closing;

  /**
   * @param name  of the thread and in the log
   * @param every longest time between two writes
   * @param write writes what is owed; may block and may throw, and is called by one thread at a time
   */
  public WriteBehind(String name, Duration every, Runnable write) {
    this.name = name;
    this.every = every;
    this.write = write;
  }

  /** Starts writing on a virtual thread. */
  public void start() {
    started = true;
    Thread.ofVirtual().name(name).start(this::writeUntilClosed);
  }

  /** Asks for a write now; never blocks. */
  public void nudge() {
    due.release();
  }

  /** Writes once more and ends; waits 10 s at most. Idempotent. */
  @Override
  public void close() {
    closing = true;
    due.release();
    try {
      if (started && !ended.await(LAST_WRITE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("{} did not finish its last write", name);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeUntilClosed() {
    try {
      while (!closing) {
        if (due.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS)) {
          due.drainPermits();
        }
        writeOnce();
      }
      writeOnce();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private void writeOnce() {
    try {
      write.run();
    } catch (RuntimeException failure) {
      LOG.warn("{} could not write: {}", name, failure.getClass().getSimpleName());
    }
  }
}
