package dev.authpipe.testkit.http;

import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer whose length was announced: too much is refused, too little breaks the connection off. */
final class FixedLengthOutput extends OutputStream {

  private final OutputStream out;
  private final Runnable breakOff;
  private long left;

  FixedLengthOutput(OutputStream out, long length, Runnable breakOff) {
    this.out = out;
    this.left = length;
    this.breakOff = breakOff;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[]{(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > left) {
      throw new IllegalStateException("more than the announced length");
    }
    out.write(bytes, offset, length);
    left -= length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.flush();
    if (left > 0) {
      breakOff.run();
    }
  }
}
