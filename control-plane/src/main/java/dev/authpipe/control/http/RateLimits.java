package dev.authpipe.control.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets in this process, per address and kind or per key of the asker's choice (S37). Bounded in number: under a flood of addresses
 * the least used are forgotten. Never blocks.
 */
@Singleton
public final class RateLimits {
  private static final int MOST_BUCKETS = 100_000;
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** What is limited per address. */
  public enum Kind {
    /** Sign-in and what leads to it. */
    SIGN_IN(20),
    /** Every other request without a session. */
    UNAUTHENTICATED(120);

    private final long perMinute;

    Kind(long perMinute) {
      this.perMinute = perMinute;
    }

    /** Requests per minute and address. */
    public long perMinute() {
      return perMinute;
    }
  }

  private record Key(String what, String who) {}

  private final Cache<Key, Bucket> buckets;
  private final TimeMeter time;

  /** @param ticker monotonic time */
  public RateLimits(Ticker ticker) {
    this.buckets = Caffeine.newBuilder().maximumSize(MOST_BUCKETS).expireAfterAccess(IDLE).ticker(ticker).build();
    this.time = new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return ticker.read();
      }

      @Override
      public boolean isWallClockBased() {
        return false;
      }
    };
  }

  /** Takes one request of an address; null when it is within the limit, else how long to wait. An IPv6 address counts as its /64. */
  public @Nullable Duration take(Kind kind, InetAddress address) {
    return take(kind.name(), who(address), kind.perMinute());
  }

  /** Whether the limit of an address is used up, without taking. */
  public @Nullable Duration exceeded(Kind kind, InetAddress address) {
    Bucket bucket = buckets.getIfPresent(new Key(kind.name(), who(address)));
    return bucket == null || bucket.getAvailableTokens() > 0
        ? null
        : Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
  }

  /** Takes one call of somebody (name the workspace in it, S35); null when within the limit, else how long to wait. */
  public @Nullable Duration take(String what, String who, long perMinute) {
    var probe = buckets.get(new Key(what, who), _ -> bucket(perMinute)).tryConsumeAndReturnRemaining(1);
    return probe.isConsumed() ? null : Duration.ofNanos(probe.getNanosToWaitForRefill());
  }

  private Bucket bucket(long perMinute) {
    return Bucket.builder().addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
        .withCustomTimePrecision(time)
        .build();
  }

  private static String who(InetAddress address) {
    byte[] bytes = address.getAddress();
    return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
