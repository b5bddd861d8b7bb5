package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The earliest of the limits that are known, and whether use moves it. */
class ReconsentTest {
  private static final Instant AGREED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant USED = AGREED.plus(Duration.ofDays(100));

  @Test
  void withoutALimitThereIsNoForecast() {
    assertThat(Reconsent.of(profile(RefreshProfile.Rotation.STRICT, null, null), AGREED, USED, null)).isNull();
  }

  @Test
  void theGrantsAgeCountsFromTheEndUsersWordAndNothingMovesIt() {
    RefreshProfile aYear = profile(RefreshProfile.Rotation.STRICT, null, Duration.ofDays(365));
    assertThat(Reconsent.of(aYear, AGREED, USED, null))
        .isEqualTo(new Reconsent(AGREED.plus(Duration.ofDays(365)), Reconsent.Reason.ABSOLUTE_LIMIT, false));
    assertThat(Reconsent.of(aYear, null, USED, null)).as("of an imported credential nobody knows").isNull();
  }

  @Test
  void anIdleLimitCountsFromTheLastUseAndMovesOn() {
    RefreshProfile both = profile(RefreshProfile.Rotation.STRICT, Duration.ofDays(90), Duration.ofDays(365));
    assertThat(Reconsent.of(both, AGREED, USED, null))
        .isEqualTo(new Reconsent(USED.plus(Duration.ofDays(90)), Reconsent.Reason.IDLE_LIMIT, true));
    Instant late = AGREED.plus(Duration.ofDays(300));
    assertThat(Reconsent.of(both, AGREED, late, null))
        .isEqualTo(new Reconsent(AGREED.plus(Duration.ofDays(365)), Reconsent.Reason.ABSOLUTE_LIMIT, false));
  }

  @Test
  void whatTheProviderStatedMovesOnlyWhereRefreshTokensRotate() {
    Instant stated = USED.plus(Duration.ofDays(30));
    assertThat(Reconsent.of(profile(RefreshProfile.Rotation.STRICT, null, null), AGREED, USED, stated))
        .isEqualTo(new Reconsent(stated, Reconsent.Reason.REFRESH_TOKEN_EXPIRY, true));
    assertThat(Reconsent.of(profile(RefreshProfile.Rotation.NONE, Duration.ofDays(90), null), AGREED, USED, stated))
        .isEqualTo(new Reconsent(stated, Reconsent.Reason.REFRESH_TOKEN_EXPIRY, false));
  }

  private static RefreshProfile profile(RefreshProfile.Rotation rotation, @Nullable Duration idle, @Nullable Duration absolute) {
    return new RefreshProfile(null, Map.of(), false, rotation,
        rotation == RefreshProfile.Rotation.GRACE ? Duration.ofMinutes(1) : Duration.ZERO, false, idle, absolute,
        new RefreshProfile.InvalidTokenSignal(Set.of(401), null, null, List.of()));
  }
}
