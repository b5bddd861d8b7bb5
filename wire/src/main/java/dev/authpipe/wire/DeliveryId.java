package dev.authpipe.wire;

import java.util.UUID;

/** Identifies one event on its way to one webhook endpoint. Text form {@code dlv_…}; opaque, never secret and never a permission by itself. */
public record DeliveryId(UUID value) {
  /** The prefix of the text form. */
  public static final String PREFIX = "dlv";

  /** Reads the text form; an IllegalArgumentException says that the text is not exactly such an id. */
  public static DeliveryId parse(String text) {
    return new DeliveryId(TypeId.parse(PREFIX, text));
  }

  @Override
  public String toString() {
    return TypeId.format(PREFIX, value);
  }
}
