package dev.authpipe.tlog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

import org.jspecify.annotations.Nullable;

/** Lines of a stream, byte for byte. Never holds more than one, nor a longer one than the limit. */
final class BoundedLines {
  private final InputStream in;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private long number;

  BoundedLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * The next line without its end; null: there is none.
   *
   * @throws LogFormatException if the line is too long or has no end; the rest of it is skipped
   */
  byte @Nullable [] next() throws IOException {
    if (at == filled && !fill()) {
      return null;
    }
    number++;
    ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    while (true) {
      int end = at;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, at, Math.min(end - at, longest + 1 - line.size())); // one byte more tells that it is too long
      at = end;
      if (at < filled) {
        at++;
        break;
      }
      if (!fill()) {
        throw new LogFormatException("the line has no end: the file is cut off");
      }
    }
    if (line.size() > longest) {
      throw new LogFormatException("the line is longer than " + longest + " bytes");
    }
    return line.toByteArray();
  }

  private boolean fill() throws IOException {
    at = 0;
    filled = Math.max(0, in.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  /** Number of the line that was read last, from 1. */
  long number() {
    return number;
  }
}
