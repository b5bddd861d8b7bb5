package dev.authpipe.proxy.connect;

import java.util.Locale;

/** How an attempt stands. Only one attempt of a session is open at a time. */
enum AttemptState {
  /** The browser is at the provider. */
  OPEN,
  /** Its callback was taken and is being checked. */
  TAKEN,
  /** A code or key is sealed. */
  AUTHORIZED,
  /** The token endpoint is being asked, or was when the process ended. */
  EXCHANGING,
  /** It became a connection. */
  FINISHED,
  /** It came to nothing. */
  FAILED,
  /** A later attempt took its place. */
  SUPERSEDED;

  /** The word in the store. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static AttemptState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
