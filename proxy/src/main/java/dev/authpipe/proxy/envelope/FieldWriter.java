package dev.authpipe.proxy.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Writes fields one after the other, each behind its length in two big-endian bytes, so that no two sequences of fields have the same bytes.
 * Must never be given a secret: what it writes is associated data.
 */
final class FieldWriter {
  private static final int MOST = 0xFFFF;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(160);

  /** One byte without a length: only the format version that every sequence begins with. */
  FieldWriter raw(int value) {
    out.write(value);
    return this;
  }

  FieldWriter field(byte[] value) {
    if (value.length > MOST) {
      throw new IllegalArgumentException("a field has at most 65535 bytes");
    }
    out.write(value.length >>> 8);
    out.write(value.length);
    out.writeBytes(value);
    return this;
  }

  FieldWriter text(String value) {
    return field(value.getBytes(StandardCharsets.UTF_8));
  }

  FieldWriter number(long value, int bytes) {
    byte[] field = new byte[bytes];
    for (int i = bytes - 1; i >= 0; i--) {
      field[i] = (byte) value;
      value >>>= 8;
    }
    return field(field);
  }

  /** Sixteen bytes, or an empty field for none. */
  FieldWriter uuid(@Nullable UUID value) {
    if (value == null) {
      return field(new byte[0]);
    }
    byte[] field = new byte[16];
    for (int i = 0; i < 8; i++) {
      field[i] = (byte) (value.getMostSignificantBits() >>> (56 - (8 * i)));
      field[i + 8] = (byte) (value.getLeastSignificantBits() >>> (56 - (8 * i)));
    }
    return field(field);
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
