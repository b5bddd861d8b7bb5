package dev.authpipe.wire;

import java.util.UUID;

/** Identifies one command of the control plane. Text form {@code cmd_…}; opaque, never secret and never a permission by itself. */
public record CommandId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "cmd";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static CommandId parse(String text) {
    return new CommandId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
