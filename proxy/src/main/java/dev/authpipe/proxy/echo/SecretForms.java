package dev.authpipe.proxy.echo;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import dev.authpipe.proxy.secret.SecretBytes;

/**
 * The forms that secrets are looked for in: as they are; base64 at each of the three places where they can stand among other bytes, without the
 * characters that depend on a neighbour; the same in the URL-safe alphabet where it differs; hexadecimal in lower and in upper case; with plus
 * signs for spaces; of each the first bytes that decide (docs/echo-guard.md). Secret material: closing wipes it.
 */
final class SecretForms implements AutoCloseable {
  /** Readable beyond the last form, so that eight bytes can be loaded anywhere in one. */
  private static final int SLACK = Long.BYTES;
  private static final int PER_BYTE = 9;
  private static final int SEXTET = 6;
  /** The fewest bytes that are looked for. */
  static final int LEAST = 8;
  private static final int MOST_WITHHELD = 16;
  private static final int WITHHELD_PART = 4;

  private byte[] bytes;
  private int[] ends = new int[8];
  private int count;
  private int shortest = Integer.MAX_VALUE;
  private int longest;

  /** Makes the forms of at least one secret. */
  SecretForms(List<SecretBytes> secrets) {
    int room = SLACK;
    for (SecretBytes one : secrets) {
      room += one.length() * PER_BYTE;
    }
    bytes = new byte[room];
    for (SecretBytes one : secrets) {
      add(one.expose());
    }
  }

  private void add(byte[] raw) {
    put(raw, 0, raw.length);
    putAlike(' ', '+', ' ', '+');
    for (int before = 0; before < 3; before++) {
      base64(raw, before);
    }
    hex(raw, HexFormat.of());
    hex(raw, HexFormat.of().withUpperCase());
  }

  private void base64(byte[] raw, int before) {
    byte[] shifted = new byte[before + raw.length];
    System.arraycopy(raw, 0, shifted, before, raw.length);
    byte[] encoded = Base64.getEncoder().encode(shifted);
    put(encoded, (before * Byte.SIZE + SEXTET - 1) / SEXTET, shifted.length * Byte.SIZE / SEXTET);
    putAlike('+', '-', '/', '_');
    Arrays.fill(shifted, (byte) 0);
    Arrays.fill(encoded, (byte) 0);
  }

  private void hex(byte[] raw, HexFormat format) {
    byte[] digits = new byte[raw.length * 2];
    for (int i = 0; i < raw.length; i++) {
      digits[2 * i] = (byte) format.toHighHexDigit(raw[i]);
      digits[2 * i + 1] = (byte) format.toLowHexDigit(raw[i]);
    }
    put(digits, 0, digits.length);
    Arrays.fill(digits, (byte) 0);
  }

  private void put(byte[] source, int from, int to) {
    add(source, from, decisive(to - from));
  }

  private void add(byte[] source, int from, int length) {
    int begin = begin(count);
    int end = begin + length;
    if (end + SLACK > bytes.length) {
      grow(end + SLACK);
    }
    System.arraycopy(source, from, bytes, begin, length);
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
    }
    ends[count++] = end;
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
  }

  /** How many of a form's first bytes are looked for: what comes behind them can then be withheld, and nothing needs to wait for it. */
  static int decisive(int length) {
    return length - Math.max(0, Math.min(Math.min(MOST_WITHHELD, length / WITHHELD_PART), length - LEAST));
  }

  private void grow(int least) {
    byte[] before = bytes;
    bytes = Arrays.copyOf(before, Math.max(least, before.length * 2));
    Arrays.fill(before, (byte) 0);
  }

  /** Adds the last form once more with two characters replaced, if it has one of them. */
  private void putAlike(char one, char byOne, char other, char byOther) {
    int from = begin(count - 1);
    int to = end(count - 1);
    int at = from;
    while (at < to && bytes[at] != one && bytes[at] != other) {
      at++;
    }
    if (at == to) {
      return;
    }
    add(bytes, from, to - from);
    for (int i = begin(count - 1); i < end(count - 1); i++) {
      if (bytes[i] == one) {
        bytes[i] = (byte) byOne;
      } else if (bytes[i] == other) {
        bytes[i] = (byte) byOther;
      }
    }
  }

  /** All forms, one behind the other. */
  byte[] bytes() {
    return bytes;
  }

  int count() {
    return count;
  }

  int begin(int form) {
    return form == 0 ? 0 : ends[form - 1];
  }

  int end(int form) {
    return ends[form];
  }

  int length(int form) {
    return end(form) - begin(form);
  }

  int shortest() {
    return shortest;
  }

  int longest() {
    return longest;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "***";
  }
}
