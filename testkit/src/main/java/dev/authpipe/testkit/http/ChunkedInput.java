package dev.authpipe.testkit.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A chunked body (RFC 9112, section 7.1) inside a connection's stream. Extensions are refused, for no client here sends them; trailers are skipped. */
final class ChunkedInput extends InputStream {

  private static final int LONGEST_SIZE = 15;
  private static final int MOST_TRAILERS = 8 * 1024;

  private final InputStream in;
  private long left;
  private boolean first = true;
  private boolean ended;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (ended) {
      return -1;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    var count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EOFException("the connection ended inside a chunk");
    }
    left -= count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (!first) {
      expectLineEnd();
    }
    first = false;
    left = readSize();
    if (left > 0) {
      return true;
    }
    skipTrailers();
    ended = true;
    return false;
  }

  private long readSize() throws IOException {
    var size = 0L;
    for (var digits = 0; digits <= LONGEST_SIZE; digits++) {
      var next = in.read();
      if (next == '\r' && digits > 0) {
        if (in.read() != '\n') {
          break;
        }
        return size;
      }
      var digit = Character.digit(next, 16);
      if (digit < 0) {
        break;
      }
      size = size * 16 + digit;
    }
    throw new MalformedRequest("not a chunk size");
  }

  private void skipTrailers() throws IOException {
    var lineLength = 0;
    for (var skipped = 0; skipped < MOST_TRAILERS; skipped++) {
      switch (in.read()) {
        case '\r' -> {
          if (in.read() != '\n') {
            throw new MalformedRequest("a trailer without its line end");
          }
          if (lineLength == 0) {
            return;
          }
          lineLength = 0;
        }
        case -1 -> throw new EOFException("the connection ended inside the trailers");
        default -> lineLength++;
      }
    }
    throw new MalformedRequest("too many trailers");
  }

  private void expectLineEnd() throws IOException {
    if (in.read() != '\r' || in.read() != '\n') {
      throw new MalformedRequest("a chunk without its line end");
    }
  }
}
