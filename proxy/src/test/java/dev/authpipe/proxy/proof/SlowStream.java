package dev.authpipe.proxy.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;

/** A proxied download that would go on for hours, read at a megabyte a second through a small window, so that little is under way. Says when it ended. */
final class SlowStream implements AutoCloseable {
  private static final String PATH = "/stream?chunked=true&bytes=" + (1L << 40);
  private static final int WINDOW = 16_384;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket = new Socket();
  private final AtomicLong bytes = new AtomicLong();
  private final Thread reader;
  private volatile @Nullable Long endedAt;

  SlowStream(ContractClient caller, String connection) {
    try {
      socket.setReceiveBufferSize(WINDOW);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(caller.origin().getHost(), caller.origin().getPort()), PATIENCE_MILLIS);
      socket.getOutputStream()
          .write(("GET /v1/proxy/" + connection + PATH + " HTTP/1.1\r\nHost: " + caller.origin().getAuthority()
              + "\r\nAuthorization: " + caller.authorization() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      String status = new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
      if (!status.equals("HTTP/1.1 200")) {
        throw new IllegalStateException("the stream was answered with " + status);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    reader = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    byte[] buffer = new byte[WINDOW];
    try {
      InputStream body = socket.getInputStream();
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
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
    try {
      socket.close();
      reader.join();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
