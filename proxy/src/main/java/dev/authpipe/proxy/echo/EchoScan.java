package dev.authpipe.proxy.echo;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Looks for echoes in a text that comes in parts, and finds those that part ends divide. Keeps of the parts before no more than an echo could
 * have begun in. On one thread.
 */
public final class EchoScan implements AutoCloseable {
  private final EchoGuard guard;
  private byte @Nullable [] carried;
  private int carriedLength;

  EchoScan(EchoGuard guard) {
    this.guard = guard;
  }

  /**
   * Looks at the next part.
   *
   * @param part read to its end
   * @param last whether nothing follows
   * @return whether there is an echo in what came so far
   */
  public boolean finds(ByteBuffer part, boolean last) {
    if (carriedLength == 0 && part.hasArray()) {
      int from = part.arrayOffset() + part.position();
      int to = from + part.remaining();
      part.position(part.limit());
      return finds(part.array(), from, to, last);
    }
    byte[] window = guard.scratch().window(carriedLength + part.remaining());
    int length = carriedLength + part.remaining();
    if (carried != null) {
      System.arraycopy(carried, 0, window, 0, carriedLength);
    }
    part.get(window, carriedLength, part.remaining());
    return finds(window, 0, length, last);
  }

  private boolean finds(byte[] text, int from, int to, boolean last) {
    int begin = guard.reading().look(text, from, to, last);
    if (begin == Reading.FOUND) {
      guard.scratch().wipe();
      return true;
    }
    if (!last) {
      carry(text, begin, to);
    }
    return false;
  }

  private void carry(byte[] text, int from, int to) {
    if (carried == null || carried.length < to - from) {
      wipe();
      carried = new byte[to - from];
    }
    System.arraycopy(text, from, carried, 0, to - from);
    carriedLength = to - from;
  }

  private void wipe() {
    if (carried != null) {
      Arrays.fill(carried, (byte) 0);
    }
  }

  /** Wipes what was kept. */
  @Override
  public void close() {
    wipe();
    carriedLength = 0;
  }
}
