package dev.authpipe.sdk.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.transport.RetryPolicy.Failure;

class RetryPolicyTest {

  private final RetryPolicy policy = RetryPolicy.upTo(4, Duration.ofSeconds(1), new SplittableRandom(7));

  @Test
  void repeatableCallIsRepeatedAfterSilence429And503() {
    for (int status : new int[]{0, 429, 503}) {
      assertThat(policy.delayAfter(new Failure(1, true, true, status, null))).isPresent();
    }
  }

  @Test
  void noOtherAnswerIsAskedForAgain() {
    for (int status : new int[]{400, 401, 404, 409, 424, 500, 502, 504}) {
      assertThat(policy.delayAfter(new Failure(1, true, true, status, null))).isEmpty();
    }
  }

  @Test
  void callWithAnEffectIsRepeatedOnlyWhenNothingWasSent() {
    assertThat(policy.delayAfter(new Failure(1, false, true, 0, null))).isEmpty();
    assertThat(policy.delayAfter(new Failure(1, false, true, 503, null))).isEmpty();
    assertThat(policy.delayAfter(new Failure(1, false, false, 0, null))).isPresent();
  }

  @Test
  void lastAttemptIsTheLast() {
    assertThat(policy.delayAfter(new Failure(3, true, true, 503, null))).isPresent();
    assertThat(policy.delayAfter(new Failure(4, true, true, 503, null))).isEmpty();
  }

  @Test
  void waitsStayUnderTheDoublingCeiling() {
    for (int attempt = 1; attempt <= 3; attempt++) {
      Duration ceiling = Duration.ofMillis(200L << (attempt - 1));
      for (int i = 0; i < 200; i++) {
        assertThat(policy.delayAfter(new Failure(attempt, true, true, 503, null)).orElseThrow())
            .isBetween(Duration.ZERO, ceiling);
      }
    }
  }

  @Test
  void retryAfterIsHonouredOrGivesUp() {
    assertThat(policy.delayAfter(new Failure(1, true, true, 429, Duration.ofMillis(900)))).contains(Duration.ofMillis(900));
    assertThat(policy.delayAfter(new Failure(1, true, true, 429, Duration.ofSeconds(2)))).isEmpty();
  }
}
