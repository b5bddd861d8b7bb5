package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreThreadsTest {
  private final StoreThreads threads = new StoreThreads("test");

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void whatAVirtualThreadWantsIsDoneOnAPlatformThread() throws Exception {
    assertThat(onVirtualThread(() -> threads.call(Thread::currentThread)).isVirtual()).isFalse();
  }

  @Test
  void aPlatformThreadDoesItItself() {
    assertThat(threads.<Thread>call(Thread::currentThread)).isSameAs(Thread.currentThread());
  }

  @Test
  void aFailureIsTheOneThatWasThrown() throws Exception {
    IllegalStateException refusal = new IllegalStateException("refused");
    onVirtualThread(() -> {
      assertThatThrownBy(() -> threads.call(() -> {
        throw refusal;
      })).isSameAs(refusal);
      return true;
    });
  }

  @Test
  void anErrorIsTheOneThatWasThrown() throws Exception {
    StackOverflowError error = new StackOverflowError("deep");
    onVirtualThread(() -> {
      assertThatThrownBy(() -> threads.call(() -> {
        throw error;
      })).isSameAs(error);
      return true;
    });
  }

  @Test
  void whoIsInterruptedWaitsForTheEndAndStaysInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(1);
    FutureTask<Boolean> waiting = new FutureTask<>(() -> {
      boolean done = threads.call(() -> {
        begun.countDown();
        await(ends);
        return true;
      });
      return done && Thread.currentThread().isInterrupted();
    });
    Thread virtual = Thread.ofVirtual().start(waiting);
    begun.await();
    virtual.interrupt();
    ends.countDown();
    assertThat(waiting.get()).isTrue();
  }

  @Test
  void whatHasItsConnectionEndsAlsoAfterTheStoreWasClosed() throws Exception {
    threads.close();
    assertThat(onVirtualThread(() -> threads.call(() -> "done"))).isEqualTo("done");
  }

  @Test
  void whatHasItsConnectionEndsAlsoWhenThereIsNoThreadForIt() throws Exception {
    try (StoreThreads none = new StoreThreads(_ -> {
      throw new OutOfMemoryError("unable to create native thread");
    })) {
      assertThat(onVirtualThread(() -> none.call(() -> "done"))).isEqualTo("done");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException("the work itself is never interrupted", interrupted);
    }
  }

  private static <T> T onVirtualThread(Supplier<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread.ofVirtual().start(task);
    return task.get();
  }
}
