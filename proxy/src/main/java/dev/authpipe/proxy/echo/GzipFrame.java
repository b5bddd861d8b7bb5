package dev.authpipe.proxy.echo;

import java.nio.ByteBuffer;

/** What stands around the compressed bodies of a gzip stream: the header and trailer of each member (RFC 1952 section 2.3). Checks no sum. */
final class GzipFrame {
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;
  private static final int CHECKSUM = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xE0;

  private enum State {
    FIXED,
    EXTRA_LENGTH,
    SKIPPED,
    TEXT,
    BODY
  }

  private State state = State.FIXED;
  private int taken;
  private int flags;
  private int toSkip;

  /** Whether what comes next is compressed. */
  boolean isBody() {
    return state == State.BODY;
  }

  /** The body of a member has ended: its trailer follows, and perhaps another member. */
  void bodyEnded() {
    flags = -1;
    skip(TRAILER);
  }

  /** Reads on to the next body; false when that is no gzip. */
  boolean takes(ByteBuffer part) {
    while (part.hasRemaining() && state != State.BODY) {
      if (!takes(part.get() & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  private boolean takes(int octet) {
    switch (state) {
      case FIXED -> {
        return takesFixed(octet);
      }
      case EXTRA_LENGTH -> {
        toSkip |= octet << (Byte.SIZE * taken);
        taken++;
        if (taken == 2) {
          skip(toSkip);
        }
      }
      case SKIPPED -> {
        toSkip--;
        skip(toSkip);
      }
      case TEXT -> {
        if (octet == 0) {
          next();
        }
      }
      case BODY -> throw new IllegalStateException("a body is not part of the frame");
    }
    return true;
  }

  private boolean takesFixed(int octet) {
    boolean fits = switch (taken) {
      case 0 -> octet == 0x1F;
      case 1 -> octet == 0x8B;
      case 2 -> octet == 8;
      case 3 -> (octet & RESERVED) == 0;
      default -> true;
    };
    if (taken == 3) {
      flags = octet;
    }
    if (++taken == FIXED_HEADER) {
      next();
    }
    return fits;
  }

  private void skip(int length) {
    state = State.SKIPPED;
    toSkip = length;
    if (length == 0) {
      next();
    }
  }

  /** Goes on to the next field that the flags say is there, in the order of the specification. */
  private void next() {
    taken = 0;
    if (flags < 0) {
      flags = 0;
      state = State.FIXED;
    } else if (has(EXTRA)) {
      toSkip = 0;
      state = State.EXTRA_LENGTH;
    } else if (has(NAME) || has(COMMENT)) {
      state = State.TEXT;
    } else if (has(CHECKSUM)) {
      skip(2);
    } else {
      state = State.BODY;
    }
  }

  /** Whether the flag is set, which it is no longer then. */
  private boolean has(int flag) {
    boolean set = (flags & flag) != 0;
    flags &= ~flag;
    return set;
  }
}
