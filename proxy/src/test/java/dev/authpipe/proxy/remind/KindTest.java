package dev.authpipe.proxy.remind;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When reminders are told. */
class KindTest {
  private static final Instant DUE = Instant.parse("2027-03-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({"-P31D,", "-P30DT0.001S,", "-P30D,-30", "-P7DT0.001S,-30", "-P7D,-7", "-P1DT0.001S,-7", "-P1D,-1", "-PT0.001S,-1",
      "PT0S,0", "P6DT23H,0", "P7D,7", "P13D,7", "P14D,14", "P371D,371"})
  void aSecretIsRememberedAtThirtySevenAndOneDaysThenAtItsDateThenWeekly(Duration after, Integer step) {
    assertThat(Kind.ROTATION.reached(DUE, DUE.plus(after))).isEqualTo(step);
  }

  @ParameterizedTest
  @CsvSource({"-P8D,", "-P7D,-7", "-P1DT1S,-7", "-P1D,-1", "-PT1S,-1", "PT0S,", "P7D,"})
  void aGrantIsRememberedAtSevenAndOneDaysAndNoMore(Duration after, Integer step) {
    assertThat(Kind.REAUTH.reached(DUE, DUE.plus(after))).isEqualTo(step);
  }

  @Test
  void aReminderCoversItsOwnDateAndEarlierStepsOnly() {
    Told told = new Told(3, DUE, -7);
    assertThat(told.covers(Kind.ROTATION, new Told(3, DUE.plusSeconds(5), -30))).isTrue();
    assertThat(told.covers(Kind.ROTATION, new Told(3, DUE, -7))).isTrue();
    assertThat(told.covers(Kind.ROTATION, new Told(3, DUE, -1))).isFalse();
    assertThat(told.covers(Kind.ROTATION, new Told(4, DUE, -7))).as("another secret").isFalse();
    assertThat(told.covers(Kind.REAUTH, new Told(4, DUE, -7))).as("another value of the same grant").isTrue();
    assertThat(told.covers(Kind.ROTATION, new Told(3, DUE.plus(Duration.ofDays(1)), -30))).as("another date").isFalse();
    assertThat(told.covers(Kind.REAUTH, new Told(4, DUE.minus(Duration.ofDays(1)), -7))).as("another date").isFalse();
  }
}
