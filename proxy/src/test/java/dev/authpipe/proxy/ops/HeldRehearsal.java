package dev.authpipe.proxy.ops;

import java.util.concurrent.CountDownLatch;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Keeps the warm-up of a proxy that asks for it from ending, until it is let go. */
@Singleton
@Requires(property = HeldRehearsal.PROPERTY)
final class HeldRehearsal implements Rehearsal {
  static final String PROPERTY = "authpipe.test.held-rehearsal";

  final CountDownLatch begun = new CountDownLatch(1);
  final CountDownLatch letGo = new CountDownLatch(1);

  @Override
  public boolean once() {
    begun.countDown();
    try {
      letGo.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
