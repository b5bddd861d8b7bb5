package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.vault.RestoredCredential;

/**
 * What a restore says about sending a refresh token that came with it (docs/backup-format.md, section 5): one that may have been spent since ends
 * the whole grant where each is good once. Pure.
 */
final class AfterRestore {
  /** How long other replicas have to start with their journals before what is known counts as all there is. */
  static final Duration JOURNALS = Duration.ofMinutes(15);

  private AfterRestore() {}

  /**
   * Judges; null: nothing is said, the usual rules hold.
   *
   * @param mark       what is remembered of exactly this value
   * @param accessLeft what is left of the access token's life; null: unknown
   */
  static @Nullable Precedent judge(RestoredCredential mark, RefreshProfile profile, RefreshCause cause,
      @Nullable Duration accessLeft) {
    Instant now = mark.now();
    boolean good = profile.rotation() == Rotation.NONE
        || (profile.rotation() == Rotation.GRACE && Duration.between(mark.asOf(), now).compareTo(profile.grace()) < 0);
    if (good) {
      return null;
    }
    Instant waitsFrom = mark.waitsFrom() == null ? now : mark.waitsFrom();
    Duration wait = Duration.between(now, waitsFrom.plus(JOURNALS));
    if (wait.isPositive()) {
      return new Precedent.Wait(wait);
    }
    if (mark.recovered() && mark.journals()) {
      return null;
    }
    boolean alive = cause != RefreshCause.INVALID_TOKEN
        && (accessLeft == null ? cause == RefreshCause.FORCED : accessLeft.isPositive());
    return alive ? new Precedent.Wait(accessLeft == null ? JOURNALS : accessLeft) : new Precedent.Unknowable();
  }
}
