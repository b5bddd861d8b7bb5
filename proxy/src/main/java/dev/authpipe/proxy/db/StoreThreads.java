package dev.authpipe.proxy.db;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Platform threads on which virtual threads have their transactions run, from the moment they are open. JDBC blocks for each statement: a virtual
 * thread would be unmounted, watched by a poller and mounted again each time, which costs more than the statement does on this side. So it waits
 * once for all that follows. There are about as many as connections, for who has work done holds one, and each goes after an idle minute. Must never
 * be given work that waits for another one's.
 */
final class StoreThreads implements AutoCloseable {
  private final ExecutorService threads;

  StoreThreads(String store) {
    this(Thread.ofPlatform().daemon().name("store-" + store + "-", 0).factory());
  }

  StoreThreads(ThreadFactory factory) {
    this.threads = Executors.newCachedThreadPool(factory);
  }

  /** Has work done; on this very thread if that is none that it costs more. It is never left under way: an interrupted thread waits all the same. */
  <T extends @Nullable Object> T call(Supplier<T> work) {
    if (!Thread.currentThread().isVirtual()) {
      return work.get();
    }
    FutureTask<T> task = new FutureTask<>(work::get);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException | OutOfMemoryError noThread) { // closed, or the system gives no more threads
      task.run(); // what has its connection still ends
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return task.resultNow();
        } catch (InterruptedException wake) {
          interrupted = true;
        } catch (ExecutionException failed) {
          throw thrown(task);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException thrown(Future<?> task) {
    Throwable failure = task.exceptionNow();
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure; // a supplier throws no other
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
