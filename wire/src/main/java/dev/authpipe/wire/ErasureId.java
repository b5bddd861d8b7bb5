package dev.authpipe.wire;

import java.util.UUID;

/** Identifies the erasure of one end user. Text form {@code era_…}; opaque, never secret and never a permission by itself. */
public record ErasureId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "era";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ErasureId parse(String text) {
    return new ErasureId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
