package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

/** A proxied download that would go on for hours, read slowly. Says when it ended. */
final class SlowStream implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String PATH = "/stream?chunked=true&bytes=" + (1L << 40);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final InputStream body;
  private final AtomicLong bytes = new AtomicLong();
  private final Thread reader;
  private volatile @Nullable Long endedAt;
  private volatile boolean closed;

  SlowStream(ContractClient caller, String connection) {
    try {
      HttpResponse<InputStream> answer = HTTP
          .send(HttpRequest.newBuilder(URI.create(caller.origin() + "/v1/proxy/" + connection + PATH))
              .header("Authorization", caller.authorization()).build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("the stream was answered with " + answer.statusCode());
      }
      body = answer.body();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
    reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    byte[] buffer = new byte[4096];
    try {
      for (int read = body.read(buffer); read >= 0 && !closed; read = body.read(buffer)) {
        bytes.addAndGet(read);
        LockSupport.parkNanos(PAUSE_NANOS); // a reader who has time
      }
    } catch (IOException cut) {
      // as below
    }
    endedAt = Ticker.systemTicker().read();
  }

  long bytes() {
    return bytes.get();
  }

  /** When it was cut or ended, in nanoseconds of the system's ticker; null: it goes on. */
  @Nullable
  Long endedAt() {
    return endedAt;
  }

  @Override
  public void close() {
    closed = true;
    try {
      body.close();
      reader.join();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
