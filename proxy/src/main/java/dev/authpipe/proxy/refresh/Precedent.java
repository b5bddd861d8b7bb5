package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;

/** What earlier trips with the same generation say about a further one. Pure; asked under the lease only. */
sealed interface Precedent {
  /** Make the trip. */
  record Go() implements Precedent {}

  /** Not before this much time has passed. */
  record Wait(Duration pause) implements Precedent {}

  /** A trip for this reason was made lately: the answer of the API stands. */
  record NotDue() implements Precedent {}

  /** It has failed for longer than the budget. */
  record Exhausted() implements Precedent {}

  /** It came with a backup and may have been spent since: nobody knows, and to send it may end the grant. */
  record Unknowable() implements Precedent {}

  /** The refresh token was refused for good. */
  record Terminal() implements Precedent {}

  /**
   * Judges. After a lost answer {@code none} and {@code grace} try again at once (a pause stands only after repeated losses); {@code strict}
   * waits as long as the access token lives, for using the refresh token again may end the whole family.
   *
   * @param accessLeft what is left of the access token's life; null: unknown
   * @param endless    whether no time is too long
   */
  static Precedent judge(AttemptHistory history, Rotation rotation, RefreshCause cause, @Nullable Duration accessLeft,
      boolean endless, RefreshSettings settings) {
    if (cause == RefreshCause.INVALID_TOKEN && !mayAnswerInvalidToken(history, settings)) {
      return new NotDue();
    }
    RefreshAttempt latest = history.latest();
    if (latest == null) {
      return new Go();
    }
    if (latest.state() == RefreshAttempt.State.FAILED_TERMINAL) {
      return new Terminal();
    }
    Instant failingSince = history.failingSince();
    if (failingSince != null && !endless && cause != RefreshCause.FORCED
        && Duration.between(failingSince, history.now()).compareTo(settings.budget()) > 0) {
      return new Exhausted();
    }
    boolean lost = latest.state() == RefreshAttempt.State.UNKNOWN;
    if (lost && rotation == Rotation.STRICT && cause != RefreshCause.INVALID_TOKEN && accessLeft != null
        && accessLeft.isPositive()) {
      return new Wait(accessLeft);
    }
    Instant retryAt = latest.retryAt();
    if (retryAt != null && retryAt.isAfter(history.now()) && cause != RefreshCause.FORCED) {
      return new Wait(Duration.between(history.now(), retryAt));
    }
    return new Go();
  }

  private static boolean mayAnswerInvalidToken(AttemptHistory history, RefreshSettings settings) {
    Instant last = history.invalidTokenAt();
    return !history.invalidTokenHad()
        && (last == null || Duration.between(last, history.now()).compareTo(settings.invalidTokenPause()) >= 0);
  }
}
