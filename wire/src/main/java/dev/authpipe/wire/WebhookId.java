package dev.authpipe.wire;

import java.util.UUID;

/** Identifies a webhook endpoint. Text form {@code whk_…}; opaque, never secret and never a permission by itself. */
public record WebhookId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "whk";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static WebhookId parse(String text) {
    return new WebhookId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
