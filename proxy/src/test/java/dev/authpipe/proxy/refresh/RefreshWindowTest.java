package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

class RefreshWindowTest {
  private static final Instant ISSUED = Instant.parse("2027-03-01T12:00:00Z");

  private static RefreshWindow left(Duration lifetime, Duration left, Duration minTtl, double jitter) {
    return RefreshWindow.at(ISSUED.plus(lifetime).minus(left), ISSUED, ISSUED.plus(lifetime), minTtl, jitter);
  }

  @Test
  void anHoursTokenIsRefreshedAheadInItsLastTenth() {
    Duration hour = Duration.ofHours(1);
    assertThat(left(hour, Duration.ofSeconds(361), Duration.ZERO, 0)).isEqualTo(RefreshWindow.FRESH);
    assertThat(left(hour, Duration.ofMinutes(6), Duration.ZERO, 0)).isEqualTo(RefreshWindow.SOFT);
    assertThat(left(hour, Duration.ofSeconds(31), Duration.ZERO, 0)).isEqualTo(RefreshWindow.SOFT);
    assertThat(left(hour, Duration.ofSeconds(30), Duration.ZERO, 0)).isEqualTo(RefreshWindow.HARD);
  }

  @Test
  void aShortTokenIsRefreshedTwoMinutesAheadButNotBeforeHalfItsLife() {
    assertThat(left(Duration.ofMinutes(10), Duration.ofMinutes(2), Duration.ZERO, 0)).isEqualTo(RefreshWindow.SOFT);
    assertThat(left(Duration.ofMinutes(3), Duration.ofSeconds(91), Duration.ZERO, 0)).isEqualTo(RefreshWindow.FRESH);
    assertThat(left(Duration.ofMinutes(3), Duration.ofSeconds(90), Duration.ZERO, 0)).isEqualTo(RefreshWindow.SOFT);
  }

  @Test
  void jitterOnlyBringsTheSoftWindowForward() {
    assertThat(left(Duration.ofHours(1), Duration.ofSeconds(450), Duration.ZERO, 1)).isEqualTo(RefreshWindow.SOFT);
    assertThat(left(Duration.ofHours(1), Duration.ofSeconds(451), Duration.ZERO, 1)).isEqualTo(RefreshWindow.FRESH);
  }

  @Test
  void theCallersMinTtlMovesTheHardWindow() {
    assertThat(left(Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofMinutes(10), 0)).isEqualTo(RefreshWindow.HARD);
    assertThat(left(Duration.ofHours(1), Duration.ofSeconds(601), Duration.ofMinutes(10), 0)).isEqualTo(RefreshWindow.FRESH);
  }

  @Test
  void aYoungTokenIsServedThoughItNeverLivesAsLongAsAsked() {
    assertThat(left(Duration.ofMinutes(10), Duration.ofSeconds(541), Duration.ofHours(1), 0)).isEqualTo(RefreshWindow.FRESH);
    assertThat(left(Duration.ofMinutes(10), Duration.ofMinutes(9), Duration.ofHours(1), 0)).isEqualTo(RefreshWindow.HARD);
  }

  @Test
  void withoutAnExpiryOnlyTheProviderCanTell() {
    assertThat(RefreshWindow.at(ISSUED.plusSeconds(1_000_000), ISSUED, null, Duration.ofHours(1), 1))
        .isEqualTo(RefreshWindow.FRESH);
  }
}
