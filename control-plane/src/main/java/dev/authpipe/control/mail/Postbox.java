package dev.authpipe.control.mail;

import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micronaut.context.annotation.Bean;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes letters and sends them later, so that an answer never tells by its time whether there was one to send. Must not be asked inside a
 * transaction. Keeps at most 1,000; letters that wait when the program ends are lost, and people ask again. Thread-safe.
 */
@Singleton
@Bean(preDestroy = "close")
public final class Postbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Postbox.class);
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 1_000;
  private static final int TRIES = 2;

  private final Carrier carrier;
  private final ThreadPoolExecutor postmen = new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES,
      new LinkedBlockingQueue<>(MOST_WAITING), Thread.ofVirtual().name("mail-", 0).factory());

  Postbox(MailSettings settings) {
    MailSettings.Smtp smtp = settings.smtp();
    this.carrier = smtp == null ? new LogCarrier() : new SmtpCarrier(smtp, settings.from());
  }

  /** Sends a letter soon. */
  public void post(Letter letter) {
    post(() -> Optional.of(letter));
  }

  /** Writes a letter and sends it soon, if there is one to write; both happen later. */
  public void post(Supplier<Optional<Letter>> writing) {
    try {
      postmen.execute(() -> write(writing));
    } catch (RejectedExecutionException full) {
      LOG.warn("a letter is lost: too many wait");
    }
  }

  /** The kind of trouble that a letter would meet on its way now; empty: none. Sends no letter. */
  public Optional<String> trouble() {
    try {
      carrier.check();
      return Optional.empty();
    } catch (MailException failure) {
      return Optional.of(String.valueOf(failure.getMessage()));
    }
  }

  private void write(Supplier<Optional<Letter>> writing) {
    try {
      writing.get().ifPresent(this::carry);
    } catch (RuntimeException failure) {
      LOG.warn("a letter could not be written: {}", failure.getClass().getName());
    }
  }

  private void carry(Letter letter) {
    for (int i = 1; i <= TRIES; i++) {
      try {
        carrier.carry(letter);
        return;
      } catch (MailException failure) {
        LOG.warn("a letter was not taken, try {}: {}", i, failure.getMessage());
      }
    }
  }

  @Override
  public void close() {
    postmen.shutdown();
    try {
      if (!postmen.awaitTermination(5, TimeUnit.SECONDS)) {
        postmen.shutdownNow();
      }
    } catch (InterruptedException stopped) {
      postmen.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
