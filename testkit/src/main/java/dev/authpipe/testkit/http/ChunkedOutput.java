package dev.authpipe.testkit.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes each buffer as one chunk, flushed at once, so that a test decides where a body is split. */
final class ChunkedOutput extends OutputStream {

  private final OutputStream out;
  private boolean ended;

  ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[]{(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return;
    }
    out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.write(bytes, offset, length);
    out.write('\r');
    out.write('\n');
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
  }
}
