package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;

class ManualClockTest {

  @Test
  void clockMovesOnlyWhenMovedAndInEveryZone() {
    var clock = ManualClock.at(Instant.EPOCH);
    var elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));
    clock.advance(Duration.ofSeconds(90));

    assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(90));
    assertThat(elsewhere.instant()).isEqualTo(clock.instant());
    clock.advance(Duration.ofSeconds(-30));
    assertThat(clock.millis()).isEqualTo(60_000);
  }
}
