package dev.authpipe.wire;

import java.util.UUID;

/** Identifies an API key, without being one. Text form {@code key_…}; opaque, never secret and never a permission by itself. */
public record ApiKeyId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "key";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ApiKeyId parse(String text) {
    return new ApiKeyId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
