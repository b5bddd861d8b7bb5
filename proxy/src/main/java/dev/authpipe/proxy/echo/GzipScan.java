package dev.authpipe.proxy.echo;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Looks for echoes in a gzip stream (RFC 1952) that comes in parts: in its bytes and in what they inflate to, which is thrown away. Whatever is
 * not gzip, or inflates to more than a limit, counts as unreadable. On one thread; must be closed.
 */
public final class GzipScan implements AutoCloseable {

  /** What a look says. */
  public enum Look {
    /** No echo so far. */
    CLEAN,
    /** There is an echo. */
    ECHO,
    /** It is not gzip, or too much comes out of it. */
    UNREADABLE
  }

  /** As much may always come out, in bytes. */
  static final long ALWAYS = 8L << 20;
  /** Beyond that, at most so many times of what went in. */
  static final int MOST_TIMES = 200;

  private final EchoScan wire;
  private final EchoScan text;
  private final byte[] out;
  private final GzipFrame frame = new GzipFrame();
  private final Inflater inflater = new Inflater(true);
  private long wentIn;
  private long cameOut;

  GzipScan(EchoScan wire, EchoScan text, byte[] out) {
    this.wire = wire;
    this.text = text;
    this.out = out;
  }

  /**
   * Looks at the next part.
   *
   * @param part read to its end, or not, when an echo was found
   */
  public Look look(ByteBuffer part, boolean last) {
    wentIn += part.remaining();
    if (wire.finds(part.duplicate(), last)) {
      return Look.ECHO;
    }
    try {
      while (frame.isBody() || part.hasRemaining()) {
        if (!frame.isBody()) {
          if (!frame.takes(part)) {
            return Look.UNREADABLE;
          }
        } else {
          Look look = inflate(part);
          if (look != Look.CLEAN || frame.isBody()) {
            return look; // all of it is inflated, and the body goes on
          }
        }
      }
      return Look.CLEAN;
    } catch (DataFormatException broken) {
      return Look.UNREADABLE;
    }
  }

  private Look inflate(ByteBuffer part) throws DataFormatException {
    inflater.setInput(part);
    for (int length = inflater.inflate(out); length > 0; length = inflater.inflate(out)) {
      cameOut += length;
      if (cameOut > ALWAYS && cameOut > wentIn * MOST_TIMES) {
        return Look.UNREADABLE;
      }
      if (text.finds(ByteBuffer.wrap(out, 0, length), false)) {
        return Look.ECHO;
      }
    }
    if (inflater.finished()) {
      inflater.reset();
      frame.bodyEnded();
      return Look.CLEAN;
    }
    return inflater.needsDictionary() ? Look.UNREADABLE : Look.CLEAN;
  }

  /** Wipes what was kept. */
  @Override
  public void close() {
    inflater.end();
    wire.close();
    text.close();
  }
}
