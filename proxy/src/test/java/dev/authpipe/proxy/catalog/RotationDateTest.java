package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

/** When a secret is to be replaced. */
class RotationDateTest {
  private static final Instant SET = Instant.parse("2027-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2027-02-01T00:00:00Z");
  private static final Duration QUARTER = Duration.ofDays(90);

  @Test
  void nothingIsKnownWithoutRuleAndEnd() {
    assertThat(Rotation.of(null, SET, null, NOW)).isNull();
  }

  @Test
  void theEarlierOfAgeAndEndCounts() {
    assertThat(Rotation.of(QUARTER, SET, null, NOW))
        .isEqualTo(new Rotation(SET.plus(QUARTER), Rotation.Reason.ROTATE_AFTER, false));
    Instant end = SET.plus(Duration.ofDays(10));
    assertThat(Rotation.of(QUARTER, SET, end, NOW)).isEqualTo(new Rotation(end, Rotation.Reason.SECRET_EXPIRES_AT, true));
    assertThat(Rotation.of(null, SET, end, NOW)).isEqualTo(new Rotation(end, Rotation.Reason.SECRET_EXPIRES_AT, true));
    assertThat(Rotation.of(QUARTER, SET, SET.plus(Duration.ofDays(100)), NOW))
        .isEqualTo(new Rotation(SET.plus(QUARTER), Rotation.Reason.ROTATE_AFTER, false));
    assertThat(Rotation.of(QUARTER, SET, SET.plus(QUARTER), NOW)).extracting(Rotation::reason)
        .as("the end is the harder of the two").isEqualTo(Rotation.Reason.SECRET_EXPIRES_AT);
  }

  @Test
  void itIsOverdueFromItsDateOnAndSoonThirtyDaysBefore() {
    Rotation rotation = new Rotation(NOW, Rotation.Reason.ROTATE_AFTER, true);
    assertThat(Rotation.of(null, SET, NOW, NOW)).extracting(Rotation::overdue).isEqualTo(true);
    assertThat(Rotation.of(null, SET, NOW, NOW.minusMillis(1))).extracting(Rotation::overdue).isEqualTo(false);
    assertThat(rotation.isSoon(NOW.minus(Duration.ofDays(30)))).isTrue();
    assertThat(rotation.isSoon(NOW.minus(Duration.ofDays(30)).minusMillis(1))).isFalse();
  }
}
