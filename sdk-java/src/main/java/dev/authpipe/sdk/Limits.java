package dev.authpipe.sdk;

import java.time.Duration;

/** Checks and names the limits of this client. */
final class Limits {

  /** Most bytes of one JSON answer. */
  static final int ANSWER_BYTES = 4 * 1024 * 1024;

  /** Deepest nesting of one JSON answer. */
  static final int JSON_DEPTH = 32;

  private Limits() {}

  static Duration positive(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("a time limit must be positive");
    }
    return limit;
  }
}
