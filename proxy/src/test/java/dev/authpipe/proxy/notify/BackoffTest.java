package dev.authpipe.proxy.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private static final NotifySettings SETTINGS = NotifySettings.usual();
  private static final Instant BEGIN = Instant.parse("2027-03-01T12:00:00Z");
  private static final Instant END = BEGIN.plus(SETTINGS.giveUpAfter());

  @Test
  void pausesAreSpreadBelowADoublingBoundThatEnds() {
    assertThat(Backoff.next(SETTINGS, 1, 0, null, BEGIN, END)).contains(BEGIN.plusSeconds(1));
    assertThat(Backoff.next(SETTINGS, 1, 0.5, null, BEGIN, END)).contains(BEGIN.plusSeconds(6));
    assertThat(Backoff.next(SETTINGS, 4, 0.5, null, BEGIN, END)).contains(BEGIN.plusSeconds(41));
    assertThat(Backoff.next(SETTINGS, 13, 0.5, null, BEGIN, END)).contains(BEGIN.plus(Duration.ofHours(3)).plusSeconds(1));
    assertThat(Backoff.next(SETTINGS, Integer.MAX_VALUE, 0.5, null, BEGIN, END))
        .contains(BEGIN.plus(Duration.ofHours(3)).plusSeconds(1));
  }

  @Test
  void theLastTryIsAtTheVeryEndAndAfterItThereIsNone() {
    Instant shortBefore = END.minusSeconds(5);
    assertThat(Backoff.next(SETTINGS, 20, 0.9, null, shortBefore, END)).contains(END);
    assertThat(Backoff.next(SETTINGS, 20, 0.9, Duration.ofDays(1), shortBefore, END)).contains(END);
    assertThat(Backoff.next(SETTINGS, 21, 0.9, null, END, END)).isEmpty();
  }

  @Test
  void anEndpointThatIsDownForThreeDaysIsTriedOftenEnoughAndNotTooOften() {
    int tries = 0;
    for (Instant at = BEGIN; at != null; at = Backoff.next(SETTINGS, tries, 0.5, null, at, END).orElse(null)) {
      tries++;
    }
    assertThat(tries).isBetween(20, 60);
  }

  @ParameterizedTest
  @CsvSource({"120,PT2M", "0,PT0S", "99999999,P1D", "'Mon, 01 Mar 2027 12:05:00 GMT',PT5M",
      "'Mon, 01 Mar 2027 11:00:00 GMT',PT0S"})
  void whatAnEndpointAsksForIsHonouredForADayAtMost(String value, Duration pause) {
    assertThat(Backoff.asked(value, BEGIN)).isEqualTo(pause);
    Instant jittered = BEGIN.plusSeconds(1);
    Instant asked = BEGIN.plus(pause);
    assertThat(Backoff.next(SETTINGS, 1, 0, pause, BEGIN, END)).contains(asked.isAfter(jittered) ? asked : jittered);
  }

  @ParameterizedTest
  @CsvSource({"soon", "-1", "1.5", "''"})
  void whatIsNeitherSecondsNorADateAsksForNothing(String value) {
    assertThat(Backoff.asked(value, BEGIN)).isNull();
    assertThat(Backoff.asked(null, BEGIN)).isNull();
  }
}
