package dev.authpipe.proxy.caller;

import org.jspecify.annotations.Nullable;

/**
 * The guard against mixed-up ids in the application (S32): a caller that names an end user, or must, gets only that person's connections.
 * Never compares anything but the whole identifier.
 */
public final class EndUserGuard {
  /** What the guard says. */
  public enum Outcome {
    /** Go on. */
    ALLOWED,
    /** The key must name the end user and did not: 403 {@code end_user_required}. */
    NOT_NAMED,
    /** The connection is somebody else's: 404, like an unknown id. */
    OTHER_PERSON
  }

  private EndUserGuard() {}

  /**
   * Compares the named end user with the connection's.
   *
   * @param named   from {@code Authpipe-End-User} or {@code end_user}; null: not named
   * @param endUser the customer's identifier of the connection's end user, from the sealed record
   */
  public static Outcome check(Caller caller, @Nullable CharSequence named, String endUser) {
    if (named == null) {
      return caller.requireEndUser() ? Outcome.NOT_NAMED : Outcome.ALLOWED;
    }
    return endUser.contentEquals(named) ? Outcome.ALLOWED : Outcome.OTHER_PERSON;
  }
}
