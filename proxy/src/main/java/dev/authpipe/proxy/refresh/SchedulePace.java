package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.RowKey;

/**
 * How many scheduled refreshes may begin now: a rate that grows from the start on, and a number under way, for each provider and half of that
 * for each integration. Must never hold anybody up: what may not begin now is left for later. Thread-safe.
 */
final class SchedulePace {
  private static final double RAMP_LEAST = 0.1;
  private static final double NANOS_PER_MINUTE = (double) Duration.ofMinutes(1).toNanos();

  /** One provider's allowance. */
  private static final class Allowance {
    private double calls;
    private long countedAt;
    private int underWay;
  }

  private final ScheduleSettings settings;
  private final Ticker ticker;
  private final long startedAt;
  private final Map<String, Allowance> providers = new HashMap<>();
  private final Map<RowKey, Integer> integrations = new HashMap<>();
  private int underWay;

  SchedulePace(ScheduleSettings settings, Ticker ticker) {
    this.settings = settings;
    this.ticker = ticker;
    this.startedAt = ticker.read();
  }

  /** How many may begin for this integration now. */
  synchronized int room(Integration integration) {
    Allowance provider = allowance(integration);
    int inAll = Math.min(settings.callsInAll() - underWay, settings.callsAtOnce() - provider.underWay);
    int ofOne = Math.max(1, settings.callsAtOnce() / 2) - integrations.getOrDefault(key(integration), 0);
    return Math.max(0, Math.min((int) provider.calls, Math.min(inAll, ofOne)));
  }

  /** One begins. */
  synchronized void begun(Integration integration) {
    Allowance provider = allowance(integration);
    provider.calls--;
    provider.underWay++;
    underWay++;
    integrations.merge(key(integration), 1, Integer::sum);
  }

  /** One has ended. */
  synchronized void ended(Integration integration) {
    allowance(integration).underWay--;
    underWay--;
    integrations.computeIfPresent(key(integration), (key, count) -> count == 1 ? null : count - 1);
  }

  private Allowance allowance(Integration integration) {
    Allowance provider = providers.computeIfAbsent(integration.provider().slug(), slug -> {
      Allowance fresh = new Allowance();
      fresh.calls = share(ticker.read());
      fresh.countedAt = ticker.read();
      return fresh;
    });
    long now = ticker.read();
    double more = settings.callsPerMinute() * ramp(now) * (now - provider.countedAt) / NANOS_PER_MINUTE;
    provider.calls = Math.min(2 * share(now), provider.calls + more);
    provider.countedAt = now;
    return provider;
  }

  private static RowKey key(Integration integration) {
    return new RowKey(integration.workspace(), integration.id().value());
  }

  /** What one look may begin, at least one. */
  private double share(long now) {
    return Math.max(1, settings.callsPerMinute() * ramp(now) * settings.every().toNanos() / NANOS_PER_MINUTE);
  }

  /** The share of the full rate, from a tenth at the start to all of it. */
  private double ramp(long now) {
    return settings.ramp().isZero()
        ? 1
        : Math.min(1, RAMP_LEAST + (1 - RAMP_LEAST) * (now - startedAt) / settings.ramp().toNanos());
  }
}
