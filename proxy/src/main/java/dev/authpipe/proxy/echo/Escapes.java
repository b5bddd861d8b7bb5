package dev.authpipe.proxy.echo;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Percent-encoding (RFC 3986 section 2.1) and the escapes of strings in JSON and its relatives (RFC 8259 section 7; {@code \xHH} too).
 * Never reads beyond the end it is given.
 */
final class Escapes {
  /** No escape begins here: the byte means itself. */
  static final int NONE = -1;
  /** The text ends before it is clear whether this is an escape, or of what. */
  static final int INCOMPLETE = -2;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;
  private static final long PERCENTS = '%' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final int BLOCK = 8 * Long.BYTES;
  private static final int LENGTH_BITS = 3;

  private Escapes() {}

  /** Where the next percent sign or backslash stands; {@code to} if there is none. */
  static int find(byte[] text, int from, int to) {
    int at = from;
    while (to - at >= Long.BYTES) {
      long found = marks((long) LONGS.get(text, at)) & HIGHS;
      if (found != 0) {
        return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
      at += Long.BYTES;
      while (to - at >= BLOCK && !isIn(text, at)) {
        at += BLOCK;
      }
    }
    while (at < to && text[at] != '%' && text[at] != '\\') {
      at++;
    }
    return at;
  }

  private static boolean isIn(byte[] text, int at) {
    long any = 0;
    for (int i = at; i < at + BLOCK; i += Long.BYTES) {
      any |= marks((long) LONGS.get(text, i));
    }
    return (any & HIGHS) != 0;
  }

  /** The high bit of the first byte that is one of the two is set, and none before it; bits of later bytes may be wrong. */
  private static long marks(long eight) {
    return (((eight ^ PERCENTS) - ONES) | ((eight ^ BACKSLASHES) - ONES)) & ~eight;
  }

  /**
   * Reads the escape that may begin here.
   *
   * @return {@link #NONE}, {@link #INCOMPLETE}, or what {@link #meant} and {@link #length} take apart
   */
  static int at(byte[] text, int at, int to) {
    if (text[at] == '%') {
      return hex(text, at, 1, 3, to);
    }
    if (text[at] != '\\') {
      return NONE;
    }
    if (at + 1 >= to) {
      return INCOMPLETE;
    }
    return switch (text[at + 1]) {
      case 'u' -> hex(text, at, 2, 6, to);
      case 'x' -> hex(text, at, 2, 4, to);
      case '"', '\'', '/', '\\' -> of(text[at + 1], 2);
      case 'b' -> of('\b', 2);
      case 'f' -> of('\f', 2);
      case 'n' -> of('\n', 2);
      case 'r' -> of('\r', 2);
      case 't' -> of('\t', 2);
      default -> NONE;
    };
  }

  private static int hex(byte[] text, int at, int skipped, int length, int to) {
    int value = 0;
    for (int i = at + skipped; i < at + length; i++) {
      if (i >= to) {
        return INCOMPLETE;
      }
      int digit = Character.digit(text[i], 16);
      if (digit < 0) {
        return NONE;
      }
      value = value << 4 | digit;
    }
    return of(value, length);
  }

  private static int of(int meant, int length) {
    return meant << LENGTH_BITS | length;
  }

  /** The octet or, of {@code \}{@code u}, the UTF-16 code unit that an escape stands for. */
  static int meant(int escape) {
    return escape >> LENGTH_BITS;
  }

  /** How many bytes an escape takes. */
  static int length(int escape) {
    return escape & (1 << LENGTH_BITS) - 1;
  }

  /** Whether an escape stands for a character, of which UTF-8 makes several bytes, and not for an octet. */
  static boolean isCharacter(byte[] text, int at, int escape) {
    return meant(escape) >= 0x80 && text[at] == '\\' && text[at + 1] == 'u';
  }
}
