package dev.authpipe.proxy.envelope;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tends keys twice a second on a virtual thread, so that proofs happen between requests and old keys go. Calls no KEK itself. */
final class KeyKeeper implements AutoCloseable {
  private static final long EVERY_MILLIS = 500;

  private final Runnable tend;
  private final CountDownLatch stopped = new CountDownLatch(1);

  KeyKeeper(Runnable tend) {
    this.tend = tend;
  }

  void start() {
    Thread.ofVirtual().name("key-keeper").start(() -> {
      try {
        while (!stopped.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
          tend.run();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    });
  }

  @Override
  public void close() {
    stopped.countDown();
  }
}
