package dev.authpipe.wire;

import java.util.UUID;

/** Identifies a workspace, the isolation boundary. Text form {@code wks_…}; opaque, never secret and never a permission by itself. */
public record WorkspaceId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "wks";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static WorkspaceId parse(String text) {
    return new WorkspaceId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
