package dev.authpipe.wire;

import java.util.UUID;

/** Identifies one incident of a workspace. Text form {@code inc_…}; opaque, never secret and never a permission by itself. */
public record IncidentId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "inc";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static IncidentId parse(String text) {
    return new IncidentId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
