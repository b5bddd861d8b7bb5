package dev.authpipe.wire;

import java.util.UUID;

/** Identifies a request for an API key, which the proxy alone can make. Text form {@code kreq_…}; opaque, never secret and never a permission by itself. */
public record ApiKeyRequestId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "kreq";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ApiKeyRequestId parse(String text) {
    return new ApiKeyRequestId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
