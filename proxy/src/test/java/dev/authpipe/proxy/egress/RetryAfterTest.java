package dev.authpipe.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");

  @Test
  void secondsAndDatesAreBothRead() {
    assertThat(RetryAfter.parse("120", NOW)).contains(Duration.ofMinutes(2));
    assertThat(RetryAfter.parse(" 0 ", NOW)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("Mon, 01 Mar 2027 12:05:00 GMT", NOW)).contains(Duration.ofMinutes(5));
  }

  @Test
  void thePastMeansNowAndADayIsTheMost() {
    assertThat(RetryAfter.parse("Mon, 01 Mar 2027 11:00:00 GMT", NOW)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("999999999999", NOW)).contains(Duration.ofDays(1));
    assertThat(RetryAfter.parse("Tue, 01 Mar 2033 12:00:00 GMT", NOW)).contains(Duration.ofDays(1));
  }

  @Test
  void whatSaysNothingIsIgnored() {
    assertThat(RetryAfter.parse("soon", NOW)).isEmpty();
    assertThat(RetryAfter.parse("-5", NOW)).isEmpty();
    assertThat(RetryAfter.parse("", NOW)).isEmpty();
    assertThat(RetryAfter.parse("1e3", NOW)).isEmpty();
  }
}
