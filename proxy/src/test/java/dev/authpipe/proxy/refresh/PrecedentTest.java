package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.refresh.RefreshAttempt.State;

@Tag("S54")
class PrecedentTest {
  private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");
  private static final RefreshSettings SETTINGS = RefreshSettings.usual();

  private static AttemptHistory after(State state, @Nullable Duration retryIn) {
    return new AttemptHistory(NOW,
        new RefreshAttempt(new UUID(0, 1), state, "due", NOW.minusSeconds(5), retryIn == null ? null : NOW.plus(retryIn)), 1,
        NOW.minusSeconds(5), null, false, null, false);
  }

  private static Precedent judge(AttemptHistory history, Rotation rotation, RefreshCause cause, @Nullable Duration left) {
    return Precedent.judge(history, rotation, cause, left, false, SETTINGS);
  }

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void withoutEarlierTripsNothingForbidsOne(Rotation rotation) {
    AttemptHistory none = new AttemptHistory(NOW, null, 0, null, null, false, null, false);
    assertThat(judge(none, rotation, RefreshCause.DUE, Duration.ZERO)).isEqualTo(new Precedent.Go());
  }

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void aFailureIsWaitedOutUnlessSomebodyForces(Rotation rotation) {
    AttemptHistory failed = after(State.FAILED_TRANSIENT, Duration.ofSeconds(40));
    assertThat(judge(failed, rotation, RefreshCause.DUE, Duration.ZERO)).isEqualTo(new Precedent.Wait(Duration.ofSeconds(40)));
    assertThat(judge(failed, rotation, RefreshCause.FORCED, Duration.ZERO)).isEqualTo(new Precedent.Go());
    assertThat(judge(after(State.FAILED_TRANSIENT, Duration.ZERO), rotation, RefreshCause.DUE, null))
        .isEqualTo(new Precedent.Go());
  }

  @Test
  void aLostAnswerIsRepeatedAtOnceWhereTheRefreshTokenSurvivesIt() {
    AttemptHistory lost = after(State.UNKNOWN, null);
    assertThat(judge(lost, Rotation.NONE, RefreshCause.DUE, Duration.ofHours(1))).isEqualTo(new Precedent.Go());
    assertThat(judge(lost, Rotation.GRACE, RefreshCause.DUE, Duration.ofHours(1))).isEqualTo(new Precedent.Go());
  }

  @Test
  void afterALostAnswerStrictWaitsForTheAccessTokensEndThenTries() {
    AttemptHistory lost = after(State.UNKNOWN, null);
    assertThat(judge(lost, Rotation.STRICT, RefreshCause.DUE, Duration.ofMinutes(7)))
        .isEqualTo(new Precedent.Wait(Duration.ofMinutes(7)));
    assertThat(judge(lost, Rotation.STRICT, RefreshCause.FORCED, Duration.ofMinutes(7)))
        .isEqualTo(new Precedent.Wait(Duration.ofMinutes(7)));
    assertThat(judge(lost, Rotation.STRICT, RefreshCause.INVALID_TOKEN, Duration.ofMinutes(7))).isEqualTo(new Precedent.Go());
    assertThat(judge(lost, Rotation.STRICT, RefreshCause.DUE, Duration.ZERO)).isEqualTo(new Precedent.Go());
  }

  @Test
  void theBudgetIsWallTimeNotACount() {
    AttemptHistory many = new AttemptHistory(NOW, after(State.FAILED_TRANSIENT, Duration.ZERO).latest(), 5_000,
        NOW.minus(Duration.ofDays(6)), null, false, null, false);
    AttemptHistory old = new AttemptHistory(NOW, after(State.FAILED_TRANSIENT, Duration.ZERO).latest(), 2,
        NOW.minus(Duration.ofDays(8)), null, false, null, false);
    assertThat(judge(many, Rotation.NONE, RefreshCause.DUE, null)).isEqualTo(new Precedent.Go());
    assertThat(judge(old, Rotation.NONE, RefreshCause.DUE, null)).isEqualTo(new Precedent.Exhausted());
    assertThat(judge(old, Rotation.NONE, RefreshCause.FORCED, null)).isEqualTo(new Precedent.Go());
  }

  @Test
  void anInvalidTokenAnswerCausesOneRefreshPerGenerationAndOneInFiveMinutes() {
    AttemptHistory had = new AttemptHistory(NOW, null, 0, null, null, false, NOW.minus(Duration.ofHours(1)), true);
    AttemptHistory lately = new AttemptHistory(NOW, null, 0, null, null, false, NOW.minus(Duration.ofMinutes(4)), false);
    AttemptHistory longAgo = new AttemptHistory(NOW, null, 0, null, null, false, NOW.minus(Duration.ofMinutes(5)), false);
    assertThat(judge(had, Rotation.NONE, RefreshCause.INVALID_TOKEN, null)).isEqualTo(new Precedent.NotDue());
    assertThat(judge(lately, Rotation.NONE, RefreshCause.INVALID_TOKEN, null)).isEqualTo(new Precedent.NotDue());
    assertThat(judge(longAgo, Rotation.NONE, RefreshCause.INVALID_TOKEN, null)).isEqualTo(new Precedent.Go());
    assertThat(judge(lately, Rotation.NONE, RefreshCause.DUE, null)).isEqualTo(new Precedent.Go());
  }

  @Test
  void thePauseGrowsWithFailuresStaysInItsBoundsAndHonoursRetryAfter() {
    for (int failures = 1; failures < 60; failures++) {
      for (double fraction : new double[]{0, 0.3, 0.999}) {
        assertThat(Backoff.after(failures, fraction, Optional.empty(), SETTINGS)).isBetween(Duration.ofSeconds(1),
            Duration.ofMinutes(5));
      }
    }
    assertThat(Backoff.after(1, 0.999, Optional.empty(), SETTINGS)).isLessThan(Duration.ofSeconds(3));
    assertThat(Backoff.after(1, 0, Optional.of(Duration.ofSeconds(90)), SETTINGS)).isEqualTo(Duration.ofSeconds(90));
    assertThat(Backoff.after(1, 0, Optional.of(Duration.ofDays(9)), SETTINGS)).isEqualTo(Duration.ofHours(1));
  }
}
