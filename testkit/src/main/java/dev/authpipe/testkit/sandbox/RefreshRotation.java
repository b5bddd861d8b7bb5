package dev.authpipe.testkit.sandbox;

import java.time.Duration;

/** What happens to a refresh token when it is used. */
public sealed interface RefreshRotation {

  /** The refresh token stays the same; answers to a refresh carry none. */
  record None() implements RefreshRotation {}

  /**
   * Each refresh gives a new refresh token; the old one works for so long after its first use. Used later than that, it
   * revokes the whole grant.
   */
  record Grace(Duration leeway) implements RefreshRotation {}

  /** Each refresh token works once; a second use revokes the whole grant (RFC 9700, section 4.14.2). */
  record Strict() implements RefreshRotation {}

  static RefreshRotation none() {
    return new None();
  }

  static RefreshRotation grace(Duration leeway) {
    return new Grace(leeway);
  }

  static RefreshRotation strict() {
    return new Strict();
  }
}
