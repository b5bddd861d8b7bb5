package dev.authpipe.proxy.http;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

/**
 * Takes work of hot routes that may block (a miss: SQL, KMS, refresh) off the event loop to a virtual thread, so many at a time and no
 * more. Must never be waited for on an event loop.
 */
@Singleton
public final class BlockingWork {
  private static final int AT_A_TIME = 8_192;

  private final Semaphore slots = new Semaphore(AT_A_TIME);
  private final Faults faults;

  /** @param faults gives what goes wrong its code */
  public BlockingWork(Faults faults) {
    this.faults = faults;
  }

  /**
   * Runs the work. Called on the event loop.
   *
   * @param failed hears on the event loop, if the exchange is still open, that too much is under way or that the work failed
   */
  public void start(HotConnection connection, Runnable work, Consumer<ErrorCode> failed) {
    if (!slots.tryAcquire()) {
      failed.accept(ErrorCode.OVERLOADED);
      return;
    }
    Thread.ofVirtual().name("hot-miss").start(() -> {
      try {
        work.run();
      } catch (RuntimeException fault) {
        ErrorCode code = faults.code(fault, connection.requestId());
        connection.execute(() -> failed.accept(code));
      } finally {
        slots.release();
      }
    });
  }
}
