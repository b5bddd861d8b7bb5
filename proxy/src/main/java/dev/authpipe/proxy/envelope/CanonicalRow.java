package dev.authpipe.proxy.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The canonical bytes of a row that grants authority (an API key, an integration, an approval): what its MAC covers. Each value carries its
 * type and length, so that no two rows have the same bytes. Callers write every column that grants, in one fixed order, and never leave one
 * out. Instants count in microseconds, as PostgreSQL keeps them. Not thread-safe.
 */
public final class CanonicalRow {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  /** Text, in UTF-8; null is not the same as empty. */
  public CanonicalRow text(@Nullable String value) {
    return value == null ? none() : value('s', value.getBytes(StandardCharsets.UTF_8));
  }

  /** Binary, for instance a hash. */
  public CanonicalRow binary(byte @Nullable [] value) {
    return value == null ? none() : value('b', value);
  }

  /** An id. */
  public CanonicalRow id(@Nullable UUID value) {
    return value == null ? none() : value('u', eightBytes(value.getMostSignificantBits(), value.getLeastSignificantBits()));
  }

  /** A whole number. */
  public CanonicalRow number(@Nullable Long value) {
    return value == null ? none() : value('i', eightBytes(value));
  }

  /** Yes or no. */
  public CanonicalRow flag(boolean value) {
    return value('f', new byte[]{(byte) (value ? 1 : 0)});
  }

  /** A point in time, cut to microseconds. */
  public CanonicalRow time(@Nullable Instant value) {
    return value == null
        ? none()
        : value('t', eightBytes(Math.addExact(Math.multiplyExact(value.getEpochSecond(), 1_000_000L), value.getNano() / 1_000)));
  }

  /** Texts in their order; sort before where the order means nothing. */
  public CanonicalRow texts(@Nullable Collection<String> values) {
    if (values == null) {
      return none();
    }
    CanonicalRow inner = new CanonicalRow();
    values.forEach(inner::text);
    return value('l', inner.bytes());
  }

  /** Ids in their order; sort before where the order means nothing. */
  public CanonicalRow ids(@Nullable Collection<UUID> values) {
    if (values == null) {
      return none();
    }
    CanonicalRow inner = new CanonicalRow();
    values.forEach(inner::id);
    return value('l', inner.bytes());
  }

  /** The bytes so far. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  private CanonicalRow none() {
    return value('n', new byte[0]);
  }

  private CanonicalRow value(char type, byte[] bytes) {
    out.write(type);
    out.write(bytes.length >>> 24);
    out.write(bytes.length >>> 16);
    out.write(bytes.length >>> 8);
    out.write(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  private static byte[] eightBytes(long... values) {
    byte[] bytes = new byte[values.length * 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i / 8] >>> (56 - (8 * (i % 8))));
    }
    return bytes;
  }
}
