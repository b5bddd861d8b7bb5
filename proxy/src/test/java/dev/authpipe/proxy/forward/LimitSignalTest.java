package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.CallLimits.Counted;
import dev.authpipe.proxy.catalog.CallLimits.Reset;
import dev.authpipe.proxy.catalog.CallLimits.ResetForm;
import dev.authpipe.proxy.catalog.CallLimits.Retries;

@Tag("S29")
class LimitSignalTest {
  private static final InstantSource NOW = InstantSource.fixed(Instant.parse("2026-11-28T12:00:00Z"));

  private static CallLimits limits(ResetForm form) {
    return new CallLimits(Counted.CONNECTION, 0, 0, "x-left", new Reset("x-reset", form), Retries.NONE);
  }

  private static HttpResponse answer(int status, String... headers) {
    HttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    for (int i = 0; i < headers.length; i += 2) {
      answer.headers().add(headers[i], headers[i + 1]);
    }
    return answer;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"7 | PT7S", "0 | PT0S", "Sat, 28 Nov 2026 12:00:30 GMT | PT30S",
      "Sat, 28 Nov 2026 11:00:00 GMT | PT0S", "86400 | PT1H"})
  void retryAfterIsSecondsOrADateAndIsBelievedForAnHourAtMost(String value, Duration wait) {
    assertThat(LimitSignal.pause(answer(429, "Retry-After", value), CallLimits.NONE, NOW)).contains(wait);
    assertThat(LimitSignal.pause(answer(403, "Retry-After", value), CallLimits.NONE, NOW)).contains(wait);
    assertThat(LimitSignal.retryAfter(answer(503, "Retry-After", value), NOW)).contains(wait);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"EPOCH_SECONDS | 1795867245", "EPOCH_SECONDS | 1795867245.000",
      "EPOCH_MILLISECONDS | 1795867245000", "SECONDS | 45", "SECONDS | 45.0", "MILLISECONDS | 45000",
      "DATE | Sat, 28 Nov 2026 12:00:45 GMT", "DATE | 2026-11-28T12:00:45Z", "DATE | 2026-11-28T13:00:45+01:00"})
  void whatIsLeftAndWhenItIsMoreIsReadInEachForm(ResetForm form, String reset) {
    assertThat(LimitSignal.pause(answer(200, "X-Left", "0", "X-Reset", reset), limits(form), NOW))
        .contains(Duration.ofSeconds(45));
    assertThat(LimitSignal.pause(answer(429, "X-Reset", reset), limits(form), NOW)).contains(Duration.ofSeconds(45));
    assertThat(LimitSignal.pause(answer(200, "X-Left", "1", "X-Reset", reset), limits(form), NOW)).isEmpty();
  }

  @Test
  void aMomentIsMeasuredByTheProvidersClock() {
    assertThat(LimitSignal.pause(
        answer(200, "X-Left", "0", "X-Reset", "1795867245", "Date", "Sat, 28 Nov 2026 12:00:40 GMT"),
        limits(ResetForm.EPOCH_SECONDS), NOW)).contains(Duration.ofSeconds(5));
    assertThat(LimitSignal.retryAfter(
        answer(503, "Retry-After", "Sat, 28 Nov 2026 09:00:05 GMT", "Date", "Sat, 28 Nov 2026 09:00:00 GMT"), NOW))
        .contains(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"EPOCH_SECONDS | soon", "SECONDS | -5", "SECONDS | 99999999999999999999", "DATE | 45",
      "MILLISECONDS | 0x10"})
  void whatCannotBeReadSaysNothing(ResetForm form, String reset) {
    assertThat(LimitSignal.pause(answer(200, "X-Left", "0", "X-Reset", reset), limits(form), NOW)).isEmpty();
    assertThat(LimitSignal.pause(answer(429, "Retry-After", "soon"), CallLimits.NONE, NOW)).isEmpty();
  }

  @Test
  void otherAnswersSayNothing() {
    assertThat(LimitSignal.pause(answer(403), CallLimits.NONE, NOW)).isEmpty();
    assertThat(LimitSignal.pause(answer(503, "Retry-After", "5"), CallLimits.NONE, NOW)).isEmpty();
    assertThat(LimitSignal.pause(answer(200, "Retry-After", "5"), CallLimits.NONE, NOW)).isEqualTo(Optional.empty());
  }
}
