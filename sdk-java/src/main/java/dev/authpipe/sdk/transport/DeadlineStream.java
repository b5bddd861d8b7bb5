package dev.authpipe.sdk.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A response body that ends with {@link HttpTimeoutException} when its time is over. The JDK's client limits only the wait for
 * headers, so without this a server that stops in the middle of a body would hold a thread for ever.
 */
final class DeadlineStream extends FilterInputStream {

  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private volatile boolean expired;

  DeadlineStream(InputStream in, Duration left) {
    super(in);
    var unused = finished.orTimeout(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS)
        .whenComplete((nothing, late) -> expire(late));
  }

  private void expire(@Nullable Throwable late) {
    if (late == null) {
      return;
    }
    expired = true;
    try {
      in.close(); // wakes a reader that waits inside
    } catch (IOException e) {
      // The stream is unusable either way, and the reader is told by the flag.
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return checked(super.read());
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return checked(super.read(buffer, offset, length));
    } catch (IOException e) {
      throw explained(e);
    }
  }

  @Override
  public void close() throws IOException {
    finished.complete(null);
    super.close();
  }

  private int checked(int result) throws IOException {
    if (expired) {
      throw new HttpTimeoutException("the response body did not end in time");
    }
    if (result < 0) {
      finished.complete(null);
    }
    return result;
  }

  private IOException explained(IOException e) {
    if (expired && !(e instanceof HttpTimeoutException)) {
      var timeout = new HttpTimeoutException("the response body did not end in time");
      timeout.initCause(e);
      return timeout;
    }
    return e;
  }
}
