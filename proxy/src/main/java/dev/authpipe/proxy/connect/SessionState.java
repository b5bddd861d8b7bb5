package dev.authpipe.proxy.connect;

import java.util.Locale;

/** How a connect session stands. Never leaves {@link #FINISHED}, {@link #FAILED} or {@link #EXPIRED}. */
enum SessionState {
  /** The end user has not come back yet. */
  PENDING,
  /** A code or key is sealed and waits for finish. */
  AUTHORIZED,
  /** There is a connection. */
  FINISHED,
  /** Ended without a connection. */
  FAILED,
  /** Ran out of time. */
  EXPIRED;

  /** The word in the API and the store. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SessionState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
