package dev.authpipe.wire;

import java.util.UUID;

/** Identifies a one-time link to enter a client secret. Text form {@code cse_…}; opaque, never secret and never a permission by itself. */
public record ClientSecretEntryId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "cse";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static ClientSecretEntryId parse(String text) {
    return new ClientSecretEntryId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
