package dev.authpipe.proxy.catalog;

import java.util.Arrays;
import java.util.Optional;

/** What an application can be told of (docs/webhooks.md). Must never be renamed: endpoints name these words, and receivers compare them. */
public enum EventType {
  CONNECTION_CREATED("connection.created"),
  CONNECTION_UPDATED("connection.updated"),
  CONNECTION_REAUTH_REQUIRED("connection.reauth_required"),
  CONNECTION_REAUTH_UPCOMING("connection.reauth_upcoming"),
  CONNECTION_ROTATION_DUE("connection.rotation_due"),
  CONNECTION_RECOVERED("connection.recovered"),
  CONNECTION_DISCONNECTED("connection.disconnected"),
  CONNECTION_ERASED("connection.erased"),
  REFRESH_FAILED("refresh.failed");

  private final String word;

  EventType(String word) {
    this.word = word;
  }

  /** The word in configurations and events. */
  public String word() {
    return word;
  }

  /** The type of a word. */
  public static Optional<EventType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
  }
}
