package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;

@Tag("S54")
class RenewalTimeTest {
  private static final Instant ISSUED = Instant.parse("2026-11-27T12:00:00Z");

  private static RefreshProfile profile(Rotation rotation, boolean endsTheCurrentOne, @Nullable Duration idle,
      @Nullable Duration absolute) {
    return new RefreshProfile(null, Map.of(), false, rotation,
        rotation == Rotation.GRACE ? Duration.ofMinutes(10) : Duration.ZERO,
        endsTheCurrentOne, idle, absolute, new RefreshProfile.InvalidTokenSignal(Set.of(401), null, null, List.of()));
  }

  private static @Nullable Duration after(RefreshProfile profile, @Nullable Duration access, @Nullable Duration refresh,
      double jitter) {
    Instant at = RenewalTime.of(ISSUED, access == null ? null : ISSUED.plus(access),
        refresh == null ? null : ISSUED.plus(refresh),
        profile, jitter);
    return at == null ? null : Duration.between(ISSUED, at);
  }

  @Test
  void accessTokenOfAnHourIsRenewedBeforeReadersWould() {
    RefreshProfile profile = profile(Rotation.GRACE, false, null, null);
    assertThat(after(profile, Duration.ofHours(1), null, 0)).isEqualTo(Duration.ofMinutes(52).plusSeconds(30));
    assertThat(after(profile, Duration.ofHours(1), null, 1)).isEqualTo(Duration.ofMinutes(48));
    Instant ahead = ISSUED.plus(Duration.ofMinutes(52)).plusSeconds(29);
    assertThat(RefreshWindow.at(ahead, ISSUED, ISSUED.plus(Duration.ofHours(1)), Duration.ZERO, 1))
        .isEqualTo(RefreshWindow.FRESH);
  }

  @Test
  void shortLivedOneIsNotRenewedInItsFirstHalf() {
    assertThat(after(profile(Rotation.NONE, false, null, null), Duration.ofMinutes(2), null, 1)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void refreshThatEndsTheCurrentOneWaitsForItsLastMoments() {
    assertThat(after(profile(Rotation.STRICT, true, null, null), Duration.ofHours(1), null, 1))
        .isEqualTo(Duration.ofMinutes(59).plusSeconds(30));
  }

  @Test
  void idleRefreshTokenIsUsedWithAQuarterOfItsLifeLeft() {
    RefreshProfile profile = profile(Rotation.NONE, false, Duration.ofDays(60), null);
    assertThat(after(profile, null, null, 0)).isEqualTo(Duration.ofDays(30));
    assertThat(after(profile, null, null, 1)).isEqualTo(Duration.ofDays(45));
    assertThat(after(profile, Duration.ofDays(90), null, 1)).as("sooner than its access token").isEqualTo(Duration.ofDays(45));
    assertThat(after(profile, Duration.ofHours(1), null, 0)).as("later").isLessThan(Duration.ofHours(1));
  }

  @Test
  void statedEndCountsWhereARefreshBringsAnotherToken() {
    assertThat(after(profile(Rotation.GRACE, false, Duration.ofDays(60), null), null, Duration.ofDays(20), 0))
        .isEqualTo(Duration.ofDays(10));
    assertThat(after(profile(Rotation.NONE, false, null, null), null, Duration.ofDays(20), 0)).as("a refresh does not move it")
        .isNull();
  }

  @Test
  void absoluteEndCannotBeMoved() {
    assertThat(after(profile(Rotation.STRICT, false, null, Duration.ofDays(365)), null, null, 0)).isNull();
  }
}
