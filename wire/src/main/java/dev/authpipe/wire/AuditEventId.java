package dev.authpipe.wire;

import java.util.UUID;

/** Identifies an event of the audit log. Text form {@code evt_…}; opaque, never secret and never a permission by itself. */
public record AuditEventId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "evt";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static AuditEventId parse(String text) {
    return new AuditEventId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
