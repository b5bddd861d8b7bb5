package dev.authpipe.wire;

import java.util.UUID;

/** Identifies a workspace's client registration at a provider. Text form {@code int_…}; opaque, never secret and never a permission by itself. */
public record IntegrationId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "int";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static IntegrationId parse(String text) {
    return new IntegrationId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
