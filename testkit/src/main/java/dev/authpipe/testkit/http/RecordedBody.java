package dev.authpipe.testkit.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Passes a body on and keeps what went by in the request's record. Closing it leaves the connection open. */
final class RecordedBody extends FilterInputStream {

  private final RecordedRequest request;

  RecordedBody(RecordedRequest request, InputStream body) {
    super(body);
    this.request = request;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    var count = in.read(bytes, offset, length);
    if (count > 0) {
      request.append(bytes, offset, count);
    }
    return count;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() {
    // The connection belongs to the exchange.
  }
}
