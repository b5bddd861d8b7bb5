package dev.authpipe.proxy.forward;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.handler.codec.http.HttpResponse;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.CallLimits.Counted;
import dev.authpipe.proxy.http.RateLimits;
import dev.authpipe.wire.WorkspaceId;

/**
 * Remembers which providers want no calls just now, and keeps the pace that profiles set, so that a call that would be refused is not made
 * (S29). Each replica knows by itself. Bounded: what is forgotten under pressure costs one call that the provider refuses again. Never blocks;
 * safe on an event loop.
 */
@Singleton
final class ProviderLimits {
  private static final int MOST_REMEMBERED = 20_000;
  private static final int LONGEST_PATH = 512;

  /**
   * What a call counts as.
   *
   * @param workspace   whose call it is
   * @param integration by which application of the provider
   * @param connection  with whose account
   * @param method      the method
   * @param target      path and query
   * @param limits      the profile's word
   */
  record Place(WorkspaceId workspace, UUID integration, UUID connection, String method, String target, CallLimits limits) {}

  private record Key(WorkspaceId workspace, UUID owner, String call) {}

  private final Cache<Key, Long> closedUntil;
  private final RateLimits pace;
  private final Ticker ticker;
  private final InstantSource clock;
  private final CallMeters meters;

  ProviderLimits(RateLimits pace, Ticker ticker, InstantSource clock, CallMeters meters) {
    this.pace = pace;
    this.ticker = ticker;
    this.clock = clock;
    this.closedUntil = Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(LimitSignal.LONGEST).ticker(ticker)
        .build();
    this.meters = meters;
  }

  /** How long to wait before such a call makes sense, or null when it may be made now; then it counts. */
  @Nullable
  Duration take(Place place) {
    Duration wait = closed(place);
    int most = place.limits.callsPerMinute();
    if (wait == null && most > 0) {
      wait = pace.take("provider", place.workspace + "/" + owner(place), most);
    }
    if (wait != null) {
      meters.held();
    }
    return wait;
  }

  /** Looks at an answer's head: one that says "too many" holds further calls until the moment that it names. */
  void heard(Place place, HttpResponse answer) {
    Optional<Duration> pause = LimitSignal.pause(answer, place.limits, clock).filter(Duration::isPositive);
    if (pause.isPresent() && (place.limits.counted() != Counted.PATH || place.target.length() <= LONGEST_PATH)) {
      long until = ticker.read() + pause.get().toNanos();
      closedUntil.asMap().merge(key(place), until, (one, other) -> one - other > 0 ? one : other);
    }
  }

  private @Nullable Duration closed(Place place) {
    if (closedUntil.asMap().isEmpty()) {
      return null;
    }
    Long until = closedUntil.getIfPresent(key(place));
    long left = until == null ? 0 : until - ticker.read();
    return left > 0 ? Duration.ofNanos(left) : null;
  }

  private static Key key(Place place) {
    return new Key(place.workspace, owner(place),
        place.limits.counted() == Counted.PATH ? place.method + " " + path(place.target) : "");
  }

  private static UUID owner(Place place) {
    return place.limits.counted() == Counted.INTEGRATION ? place.integration : place.connection;
  }

  private static String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }
}
