package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RefreshProfile;

/** When the schedule renews a credential that nobody asks for (docs/refresh-protocol.md, step 11). Pure; never reads a clock. */
final class RenewalTime {
  private static final double IDLE_LEAST = 0.5;
  private static final double IDLE_JITTER = 0.25;

  private RenewalTime() {}

  /**
   * The earlier of two times: shortly before readers would begin to refresh it, and long before its refresh token ends for want of use. Null:
   * never, for neither of the two is known.
   *
   * @param accessExpires  null: unknown
   * @param refreshExpires null: unknown
   * @param jitter         0 to 1: the larger, the earlier access tokens and the later idle refresh tokens
   */
  static @Nullable Instant of(Instant issued, @Nullable Instant accessExpires, @Nullable Instant refreshExpires,
      RefreshProfile profile, double jitter) {
    Instant ahead = ahead(issued, accessExpires, profile.invalidatesAccessToken(), jitter);
    Instant used = used(issued, refreshExpires, profile, jitter);
    if (ahead == null || used == null) {
      return ahead == null ? used : ahead;
    }
    return used.isBefore(ahead) ? used : ahead;
  }

  /** A refresh that ends the current access token waits for its last moments, in which readers would not be given it any more. */
  private static @Nullable Instant ahead(Instant issued, @Nullable Instant expires, boolean endsTheCurrentOne, double jitter) {
    if (expires == null) {
      return null;
    }
    return endsTheCurrentOne
        ? expires.minus(RefreshWindow.HARD_LEAST)
        : expires.minus(RefreshWindow.beforeReaders(Duration.between(issued, expires), jitter));
  }

  /** An age that ends with use is prolonged by a refresh; one that is counted from the grant is not, and nothing can be done for it. */
  private static @Nullable Instant used(Instant issued, @Nullable Instant ends, RefreshProfile profile, double jitter) {
    Duration idle = profile.idleLifetime();
    if (ends != null && profile.rotation() != RefreshProfile.Rotation.NONE) {
      Duration stated = Duration.between(issued, ends);
      idle = idle == null || stated.compareTo(idle) < 0 ? stated : idle;
    }
    return idle == null || !idle.isPositive()
        ? null
        : issued.plusMillis((long) (idle.toMillis() * (IDLE_LEAST + IDLE_JITTER * jitter)));
  }
}
