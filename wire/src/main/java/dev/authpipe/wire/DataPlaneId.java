package dev.authpipe.wire;

import java.util.UUID;

/** Identifies one enrolled deployment of the proxy, all its replicas together. Text form {@code dpl_…}; opaque, never secret and never a permission by itself. */
public record DataPlaneId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "dpl";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static DataPlaneId parse(String text) {
    return new DataPlaneId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
