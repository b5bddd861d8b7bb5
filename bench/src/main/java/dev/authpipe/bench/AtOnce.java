package dev.authpipe.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** The same work many times, a few at a time. Must not be used for what is measured one after the other, unless it is one at a time. */
final class AtOnce {
  private AtOnce() {}

  /** What each has come to, in order; the first that failed ends it. */
  static <T> List<T> done(int count, int atOnce, IntFunction<T> work) {
    List<T> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<T>> begun = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        begun.add(threads.submit(() -> work.apply(number)));
      }
      try {
        for (Future<T> one : begun) {
          all.add(one.get());
        }
      } catch (ExecutionException failed) {
        threads.shutdownNow();
        throw new IllegalStateException(String.valueOf(failed.getCause()), failed.getCause());
      } catch (InterruptedException interrupted) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
    return all;
  }
}
