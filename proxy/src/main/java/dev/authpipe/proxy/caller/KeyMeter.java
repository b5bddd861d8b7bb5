package dev.authpipe.proxy.caller;

import java.time.Duration;
import java.time.Instant;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;

/** The limits of one API key on this replica. Outlives the remembered row, so that reading the row again gives nothing back. Thread-safe. */
final class KeyMeter {
  private static final int DESTRUCTIVE_PER_MINUTE = 10;

  private final @Nullable Integer perMinute;
  private final @Nullable Long perMonth;
  private final @Nullable Bucket minute;
  private final Bucket destructive;
  private final @Nullable MonthMeter month;

  KeyMeter(@Nullable Integer perMinute, @Nullable Long perMonth, TimeMeter time, Instant now) {
    this.perMinute = perMinute;
    this.perMonth = perMonth;
    this.minute = perMinute == null ? null : bucket(perMinute, time);
    this.destructive = bucket(DESTRUCTIVE_PER_MINUTE, time);
    this.month = perMonth == null ? null : new MonthMeter(perMonth, now);
  }

  boolean isFor(@Nullable Integer minuteLimit, @Nullable Long monthLimit) {
    return java.util.Objects.equals(perMinute, minuteLimit) && java.util.Objects.equals(perMonth, monthLimit);
  }

  CallerOutcome.@Nullable Limited take(Instant now) {
    Bucket bucket = minute;
    if (bucket != null) {
      CallerOutcome.Limited limited = take(bucket);
      if (limited != null) {
        return limited;
      }
    }
    MonthMeter meter = month;
    if (meter != null && !meter.take(now)) {
      return new CallerOutcome.Limited(Duration.between(now, meter.end()), ErrorCode.QUOTA_EXCEEDED);
    }
    return null;
  }

  CallerOutcome.@Nullable Limited takeDestructive() {
    return take(destructive);
  }

  @Nullable
  MonthMeter month() {
    return month;
  }

  private static CallerOutcome.@Nullable Limited take(Bucket bucket) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? null
        : new CallerOutcome.Limited(Duration.ofNanos(probe.getNanosToWaitForRefill()), ErrorCode.RATE_LIMITED);
  }

  private static Bucket bucket(long calls, TimeMeter time) {
    return Bucket.builder().addLimit(limit -> limit.capacity(calls).refillGreedy(calls, Duration.ofMinutes(1)))
        .withCustomTimePrecision(time).build();
  }
}
