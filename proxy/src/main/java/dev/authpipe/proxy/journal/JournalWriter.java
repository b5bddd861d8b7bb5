package dev.authpipe.proxy.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.journal.JournalCounts.Without;

/**
 * The one thread that writes a journal. What is handed to it while the disk is busy goes out together, with one wait for the disk: so many
 * refreshes at a time are not served one after the other. A platform thread, because an interrupted virtual one would close the file.
 */
final class JournalWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final int MOST_TOGETHER = 1024;
  private static final long COMPLAIN_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** One thing to be written; {@code frame} null: an erasure; {@code entry} null: only a wait for what was handed over before. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, but for the one that stops
  private record Task(@Nullable JournalEntry entry, byte @Nullable [] frame, CompletableFuture<@Nullable Without> done) {}

  private static final Task STOP = new Task(null, null, new CompletableFuture<>());

  private final JournalFiles files;
  private final JournalCounts counts;
  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread thread;
  private boolean suspect;
  private final Ticker ticker;
  private long complainedAt;

  JournalWriter(JournalFiles files, JournalCounts counts, Ticker ticker) {
    this.files = files;
    this.counts = counts;
    this.ticker = ticker;
    this.complainedAt = ticker.read() - COMPLAIN_EVERY_NANOS;
    this.thread = Thread.ofPlatform().name("journal").daemon().start(this::writeUntilStopped);
  }

  /** Completes when the entry is on the disk: with null, or with why it is not. */
  CompletableFuture<@Nullable Without> append(JournalEntry entry, byte[] frame) {
    return hand(new Task(entry, frame, new CompletableFuture<>()));
  }

  /** Completes when the entry is overwritten on the disk. */
  CompletableFuture<@Nullable Without> erase(JournalEntry entry) {
    return hand(new Task(entry, null, new CompletableFuture<>()));
  }

  /** The sealed bytes of an entry. */
  byte[] sealed(JournalEntry entry) throws IOException {
    lock.lock();
    try {
      byte[] unwritten = entry.unwritten();
      return unwritten != null ? unwritten : files.sealed(entry);
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return files.bytes();
    } finally {
      lock.unlock();
    }
  }

  /** Runs while nothing is written; for tests of what is written together. */
  void whileHeld(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /** Deletes what holds nothing. */
  void tidy() {
    lock.lock();
    try {
      files.tidy();
    } catch (IOException failure) {
      complain(failure);
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<@Nullable Without> hand(Task task) {
    queue.add(task); // bounded by the flights and erasures under way, each of which waits here
    return task.done();
  }

  private void writeUntilStopped() {
    List<Task> batch = new ArrayList<>();
    try {
      while (true) {
        batch.add(queue.take());
        queue.drainTo(batch, MOST_TOGETHER - 1);
        boolean stop = batch.contains(STOP);
        write(batch);
        batch.clear();
        if (stop) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Task> batch) {
    List<Task> written = new ArrayList<>(batch.size());
    lock.lock();
    try {
      for (Task task : batch) {
        Without problem = write(task);
        if (problem == null) {
          written.add(task);
        } else {
          task.done().complete(problem);
        }
      }
      force();
      written.forEach(task -> task.done().complete(null));
    } catch (IOException failure) {
      suspect = true;
      complain(failure);
      written.forEach(task -> task.done().complete(Without.DISK));
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Without write(Task task) {
    JournalEntry entry = task.entry();
    try {
      if (suspect && entry != null && task.frame() != null) {
        files.roll();
        suspect = false;
      }
      if (entry != null && task.frame() != null) {
        files.append(entry, task.frame());
      } else if (entry != null) {
        files.erase(entry);
      }
      return null;
    } catch (JournalFullException full) {
      complain(full);
      return Without.FULL;
    } catch (IOException failure) {
      suspect = true;
      complain(failure);
      relieve();
      return Without.DISK;
    }
  }

  private void relieve() {
    try {
      files.relieve();
    } catch (IOException alsoFailed) {
      complain(alsoFailed);
    }
  }

  private void force() throws IOException {
    files.force();
    counts.writes.increment();
  }

  private void complain(IOException failure) {
    long now = ticker.read();
    if (now - complainedAt >= COMPLAIN_EVERY_NANOS) {
      complainedAt = now;
      LOG.error("the rescue journal could not be written: {}", failure.getClass().getSimpleName());
    }
  }

  /** Writes what was handed over and lets the files go. */
  @Override
  public void close() {
    queue.add(STOP);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      files.close();
    } catch (IOException failure) {
      complain(failure);
    } finally {
      lock.unlock();
    }
  }
}
