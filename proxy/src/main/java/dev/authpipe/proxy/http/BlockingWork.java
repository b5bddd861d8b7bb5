package dev.authpipe.proxy.http;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Takes work of hot routes that may block (a miss: SQL, KMS, refresh) off the event loop to a virtual thread, so many at a time and no
 * more. Must never be waited for on an event loop.
 */
public final class BlockingWork {
  private final Semaphore slots;
  private final Faults faults;

  /**
   * @param faults  gives what goes wrong its code
   * @param atATime how much may be under way
   */
  public BlockingWork(Faults faults, int atATime) {
    this.faults = faults;
    this.slots = new Semaphore(atATime);
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
