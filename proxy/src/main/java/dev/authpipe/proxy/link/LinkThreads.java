package dev.authpipe.proxy.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of the link, which end together. Never waits for one longer than it is told to. */
final class LinkThreads {
  private static final Logger LOG = LoggerFactory.getLogger(LinkThreads.class);
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final Ticker ticker;

  LinkThreads(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Begins a thread, unless all are to end. */
  synchronized void start(String name, Runnable work) {
    if (!isStopping()) {
      threads.add(Thread.ofPlatform().daemon().name(name).start(work));
    }
  }

  /** Whether all are to end: what is long looks between its steps. */
  boolean isStopping() {
    return stopped.getCount() == 0;
  }

  /** Lets one of the threads pause; true when it is to end. */
  boolean waited(Duration pause) {
    try {
      return stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Tells all to end. */
  void stop() {
    stopped.countDown();
  }

  /** Waits until all have ended; what takes longer is interrupted and, after another second, left alone. */
  void awaitEnd(Duration patience) {
    List<Thread> left = left(patience);
    if (!left.isEmpty()) {
      left.forEach(Thread::interrupt);
      left = left(AFTER_INTERRUPT);
    }
    left.forEach(thread -> LOG.warn("{} does not end; it is left alone", thread.getName()));
  }

  private synchronized List<Thread> left(Duration patience) {
    long until = ticker.read() + patience.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(0, until - ticker.read())));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return threads.stream().filter(Thread::isAlive).toList();
  }
}
