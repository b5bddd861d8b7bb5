package dev.authpipe.wire;

import java.util.UUID;

/** Identifies a connect session, the short-lived right to run the connect flow once. Text form {@code cs_…}; opaque, never secret and never a permission by itself. */
public record ConnectSessionId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "cs";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ConnectSessionId parse(String text) {
    return new ConnectSessionId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
