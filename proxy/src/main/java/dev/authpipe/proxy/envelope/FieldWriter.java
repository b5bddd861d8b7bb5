package dev.authpipe.proxy.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Writes fields one after the other, each behind its length in two big-endian bytes, so that no two sequences of fields have the same bytes.
 * Must never be given a secret: what it writes is associated data.
 */
final class FieldWriter {
  private static final int MOST = 0xFFFF;
  private static final int USUAL = 192;
  private byte[] out = new byte[USUAL];
  private int length;

  /** One byte without a length: only the format version that every sequence begins with. */
  FieldWriter raw(int value) {
    room(1);
    out[length++] = (byte) value;
    return this;
  }

  FieldWriter field(byte[] value) {
    begin(value.length);
    System.arraycopy(value, 0, out, length, value.length);
    length += value.length;
    return this;
  }

  FieldWriter text(String value) {
    return field(value.getBytes(StandardCharsets.UTF_8));
  }

  FieldWriter number(long value, int bytes) {
    begin(bytes);
    put(value, bytes);
    return this;
  }

  /** Sixteen bytes, or an empty field for none. */
  FieldWriter uuid(@Nullable UUID value) {
    if (value == null) {
      begin(0);
      return this;
    }
    begin(2 * Long.BYTES);
    put(value.getMostSignificantBits(), Long.BYTES);
    put(value.getLeastSignificantBits(), Long.BYTES);
    return this;
  }

  private void begin(int bytes) {
    if (bytes > MOST) {
      throw new IllegalArgumentException("a field has at most 65535 bytes");
    }
    room(2 + bytes);
    put(bytes, 2);
  }

  private void put(long value, int bytes) {
    for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out[length++] = (byte) (value >>> shift);
    }
  }

  private void room(int more) {
    if (length + more > out.length) {
      out = Arrays.copyOf(out, Math.max(length + more, 2 * out.length));
    }
  }

  byte[] bytes() {
    return Arrays.copyOf(out, length);
  }
}
