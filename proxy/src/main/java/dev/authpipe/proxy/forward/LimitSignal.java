package dev.authpipe.proxy.forward;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.CallLimits.Reset;
import dev.authpipe.proxy.egress.RetryAfter;

/**
 * What an answer says about when another call makes sense (S29). Moments are measured by the provider's own clock where the answer has a
 * {@code Date}, so that two clocks need not agree. Never believes an answer for longer than {@link #LONGEST}.
 */
final class LimitSignal {
  /** The longest pause that an answer can cause. */
  static final Duration LONGEST = Duration.ofHours(1);

  private LimitSignal() {}

  /** How long the provider wants no calls of what it counts together; empty when the answer does not say that it was too many. */
  static Optional<Duration> pause(HttpResponse answer, CallLimits limits, InstantSource ours) {
    boolean refused = answer.status().equals(HttpResponseStatus.TOO_MANY_REQUESTS)
        || (answer.status().equals(HttpResponseStatus.FORBIDDEN) && answer.headers().contains(HttpHeaderNames.RETRY_AFTER));
    Optional<Duration> told = refused ? retryAfter(answer, ours) : Optional.empty();
    Reset reset = limits.reset();
    if (told.isPresent() || reset == null) {
      return told;
    }
    String left = limits.remaining() == null ? null : answer.headers().get(limits.remaining());
    boolean none = left != null && left.strip().matches("-?0+(\\.0+)?");
    return none || answer.status().equals(HttpResponseStatus.TOO_MANY_REQUESTS)
        ? until(reset, answer.headers().get(reset.header()), now(answer.headers(), ours))
        : Optional.empty();
  }

  /** {@code Retry-After} of any answer, as seconds or date. */
  static Optional<Duration> retryAfter(HttpResponse answer, InstantSource ours) {
    return Optional.ofNullable(answer.headers().get(HttpHeaderNames.RETRY_AFTER))
        .flatMap(value -> RetryAfter.parse(value, now(answer.headers(), ours))).map(LimitSignal::bounded);
  }

  private static Optional<Duration> until(Reset reset, @Nullable String value, Instant now) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      String text = value.strip();
      return Optional.of(bounded(switch (reset.form()) {
        case EPOCH_SECONDS -> Duration.between(now, Instant.ofEpochMilli(thousandths(text)));
        case EPOCH_MILLISECONDS -> Duration.between(now, Instant.ofEpochMilli(thousandths(text) / 1000));
        case SECONDS -> Duration.ofMillis(thousandths(text));
        case MILLISECONDS -> Duration.ofMillis(thousandths(text) / 1000);
        case DATE -> Duration.between(now, date(text));
      }));
    } catch (DateTimeException | NumberFormatException unreadable) {
      return Optional.empty();
    }
  }

  /** A decimal number times 1000, without rounding surprises: providers send fractions of a second too. */
  private static long thousandths(String number) {
    if (!number.matches("[0-9]{1,15}(\\.[0-9]{1,9})?")) {
      throw new NumberFormatException("not a number");
    }
    int point = number.indexOf('.');
    long whole = Long.parseLong(point < 0 ? number : number.substring(0, point)) * 1000;
    return point < 0 ? whole : whole + Long.parseLong((number.substring(point + 1) + "00").substring(0, 3));
  }

  private static Instant date(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notThisForm) {
      return httpDate(text);
    }
  }

  private static Instant now(HttpHeaders headers, InstantSource ours) {
    String theirs = headers.get(HttpHeaderNames.DATE);
    try {
      return theirs == null ? ours.instant() : httpDate(theirs.strip());
    } catch (DateTimeException unreadable) {
      return ours.instant();
    }
  }

  private static Instant httpDate(String text) {
    return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  private static Duration bounded(Duration wait) {
    return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
