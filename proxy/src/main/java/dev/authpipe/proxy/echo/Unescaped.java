package dev.authpipe.proxy.echo;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A part of a text with its escapes undone once, and the way back to where a byte of it came from. Ends before an escape that is not
 * complete yet. Valid until the next one is read with the same room.
 */
final class Unescaped {
  private byte[] bytes = new byte[1024];
  private int length;
  private int end;

  /** Undoes what is escaped between two places. */
  void read(byte[] text, int from, int to) {
    if (bytes.length < to - from) {
      bytes = new byte[Math.max(to - from, bytes.length * 2)];
    }
    length = 0;
    end = walk(text, from, to, Integer.MAX_VALUE, bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Where it ended: at the end of the text, or at an escape that is not complete. */
  int end() {
    return end;
  }

  /** Where the byte came from that stands at the given place. */
  int origin(byte[] text, int from, int to, int place) {
    int whole = length;
    length = 0;
    int origin = place >= whole ? end : walk(text, from, to, place, null);
    length = whole;
    return origin;
  }

  /** Goes on until the given number of bytes came out, and returns the place where the next one begins. */
  private int walk(byte[] text, int from, int to, int most, byte @Nullable [] out) {
    int at = from;
    while (at < to) {
      int next = Math.min(Escapes.find(text, at, to), most - length < to - at ? at + (most - length) : to);
      copy(text, at, next, out);
      at = next;
      if (at == to || length >= most) {
        return at;
      }
      int escape = Escapes.at(text, at, to);
      if (escape == Escapes.INCOMPLETE) {
        return at;
      }
      if (escape == Escapes.NONE) {
        copy(text, at, at + 1, out);
        at++;
      } else {
        int before = length;
        put(Escapes.meant(escape), Escapes.isCharacter(text, at, escape), out);
        if (length > most) {
          length = before;
          return at;
        }
        at += Escapes.length(escape);
      }
    }
    return at;
  }

  private void copy(byte[] text, int from, int to, byte @Nullable [] out) {
    if (out != null) {
      System.arraycopy(text, from, out, length, to - from);
    }
    length += to - from;
  }

  /** Never longer than the escape was, so that there is room. */
  private void put(int meant, boolean character, byte @Nullable [] out) {
    if (!character) {
      put(meant, out);
    } else if (meant < 0x800) {
      put(0xC0 | (meant >> 6), out);
      put(0x80 | (meant & 0x3F), out);
    } else {
      put(0xE0 | (meant >> 12), out);
      put(0x80 | ((meant >> 6) & 0x3F), out);
      put(0x80 | (meant & 0x3F), out);
    }
  }

  private void put(int octet, byte @Nullable [] out) {
    if (out != null) {
      out[length] = (byte) octet;
    }
    length++;
  }

  void wipe() {
    Arrays.fill(bytes, (byte) 0);
  }
}
