package dev.authpipe.wire;

import java.util.UUID;

/** Identifies one proposed change by what it is, so that the same proposal has the same id everywhere. Text form {@code chg_…}; opaque, never secret and never a permission by itself. */
public record ChangeId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "chg";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ChangeId parse(String text) {
    return new ChangeId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
