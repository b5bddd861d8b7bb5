package dev.authpipe.wire;

import java.util.UUID;

/** Identifies one authorized link of one end user through one integration. Text form {@code conn_…}; opaque, never secret and never a permission by itself. */
public record ConnectionId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "conn";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ConnectionId parse(String text) {
    return new ConnectionId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
