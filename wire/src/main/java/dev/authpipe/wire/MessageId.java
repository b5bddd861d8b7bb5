package dev.authpipe.wire;

import java.util.UUID;

/** Identifies an event that is told to the application, the same however often it is sent. Text form {@code msg_…}; opaque, never secret and never a permission by itself. */
public record MessageId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "msg";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static MessageId parse(String text) {
    return new MessageId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
