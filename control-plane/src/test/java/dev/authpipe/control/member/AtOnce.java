package dev.authpipe.control.member;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs something for several at the same moment. */
final class AtOnce {
  private AtOnce() {}

  static <A, B> List<B> run(List<A> all, Function<A, B> work) {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<B>> running = new ArrayList<>();
      for (A one : all) {
        running.add(threads.submit(() -> {
          start.await();
          return work.apply(one);
        }));
      }
      start.countDown();
      List<B> results = new ArrayList<>();
      for (Future<B> future : running) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }
}
