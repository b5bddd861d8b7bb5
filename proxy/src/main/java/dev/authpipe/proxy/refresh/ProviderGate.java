package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.oauth.TokenOutcome;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Step 5 of docs/refresh-protocol.md: the rate limit and the circuit breaker of each workspace's integration. Never lets one workspace's
 * dead provider or wrong client secret slow another workspace (S35, S36). Per process; at most 10,000 integrations. Thread-safe.
 */
@Singleton
final class ProviderGate {
  private static final int MOST_GATES = 10_000;
  private static final int MOST_DOUBLINGS = 10;

  private record GateKey(WorkspaceId workspace, IntegrationId integration) {}

  private final RefreshSettings settings;
  private final Ticker ticker;
  private final Cache<GateKey, Gate> gates = Caffeine.newBuilder().maximumSize(MOST_GATES).build();

  ProviderGate(RefreshSettings settings, Ticker ticker) {
    this.settings = settings;
    this.ticker = ticker;
  }

  /** How long the breaker keeps this integration's token endpoint closed; zero: it is open. One trip is let through after each pause. */
  Duration closedFor(WorkspaceId workspace, IntegrationId integration) {
    return gate(workspace, integration).closedFor();
  }

  /** How many trips may be begun without need: none while the breaker keeps it closed, one to try it out, else any number. Changes nothing. */
  int roomFor(WorkspaceId workspace, IntegrationId integration) {
    return gate(workspace, integration).room();
  }

  /** Takes a turn under the rate limit, or says how long to wait before asking again. */
  Duration takeTurn(WorkspaceId workspace, IntegrationId integration) {
    return Duration
        .ofNanos(gate(workspace, integration).bucket.tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill());
  }

  /** Learns from an answer: what the provider said about one grant says nothing about the provider. */
  void heard(WorkspaceId workspace, IntegrationId integration, TokenOutcome answer) {
    Gate gate = gate(workspace, integration);
    switch (answer) {
      case TokenOutcome.Granted _ -> gate.worked();
      case TokenOutcome.Refused _ -> gate.worked();
      case TokenOutcome.Misconfigured _ -> gate.trip();
      case TokenOutcome.Transient failure -> gate.failed(failure.httpStatus() == 429 ? failure.retryAfter() : Optional.empty());
      case TokenOutcome.NotSent _ -> gate.failed(Optional.empty());
      case TokenOutcome.Unknown _ -> gate.failed(Optional.empty());
      case TokenOutcome.Malformed _ -> gate.failed(Optional.empty());
    }
  }

  private Gate gate(WorkspaceId workspace, IntegrationId integration) {
    return gates.get(new GateKey(workspace, integration), key -> new Gate());
  }

  /** One integration's state. */
  private final class Gate {
    private final Bucket bucket = Bucket.builder()
        .addLimit(limit -> limit.capacity(settings.callsAtOnce()).refillGreedy(settings.callsPerSecond(), Duration.ofSeconds(1)))
        .withCustomTimePrecision(new TickerMeter(ticker)).build();
    private int failures;
    private int trips;
    private long closedUntil = ticker.read();

    synchronized Duration closedFor() {
      long left = closedUntil - ticker.read();
      if (left > 0) {
        return Duration.ofNanos(left);
      }
      if (failures >= settings.breakerFailures()) {
        close(failures - settings.breakerFailures()); // half open: the one who asks goes, others wait for what it finds
      } else if (trips > 0) {
        close(trips - 1);
      }
      return Duration.ZERO;
    }

    synchronized int room() {
      if (closedUntil - ticker.read() > 0) {
        return 0;
      }
      return failures >= settings.breakerFailures() || trips > 0 ? 1 : Integer.MAX_VALUE;
    }

    synchronized void worked() {
      failures = 0;
      trips = 0;
      closedUntil = ticker.read();
    }

    synchronized void failed(Optional<Duration> retryAfter) {
      failures++;
      if (failures >= settings.breakerFailures()) {
        close(failures - settings.breakerFailures());
      }
      retryAfter.filter(Duration::isPositive).ifPresent(asked -> closeFor(shorter(asked, settings.retryAfterMost())));
    }

    synchronized void trip() {
      trips++;
      close(trips - 1);
    }

    private void close(int doublings) {
      closeFor(shorter(settings.breakerLeast().multipliedBy(1L << Math.min(doublings, MOST_DOUBLINGS)), settings.breakerMost()));
    }

    private void closeFor(Duration pause) {
      closedUntil = Math.max(closedUntil, ticker.read() + pause.toNanos());
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** The injected monotonic clock for the token bucket. */
  private record TickerMeter(Ticker ticker) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return ticker.read();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
