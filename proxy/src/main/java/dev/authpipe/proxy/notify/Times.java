package dev.authpipe.proxy.notify;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** Forms of a time: in an event and in the store. Never asks what time it is. */
final class Times {
  private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);

  private Times() {}

  static String text(Instant time) {
    return TEXT.format(time);
  }

  static OffsetDateTime stored(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  static @Nullable Instant read(@Nullable OffsetDateTime stored) {
    return stored == null ? null : stored.toInstant();
  }
}
