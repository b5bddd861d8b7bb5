package dev.authpipe.proxy.ops;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.retire.RevocationBacklog;

/** What is still owed to providers. Never per tenant; not a number while the store does not answer. */
@Singleton
@Requires(beans = SettingValues.class)
final class RetireMetrics implements MeterBinder {
  private final RevocationBacklog backlog;

  RetireMetrics(RevocationBacklog backlog) {
    this.backlog = backlog;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "authpipe.revocations.owed", "Revocations that no provider confirmed yet, of all replicas",
        owed -> owed.revocations());
    gauge(registry, "authpipe.revocations.oldest.seconds", "How long the oldest of them has been owed",
        owed -> owed.age().toSeconds());
  }

  private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<RevocationBacklog.Owed> value) {
    Gauge.builder(name, backlog, asked -> {
      try {
        return value.applyAsDouble(asked.look());
      } catch (StoreUnavailableException silent) {
        return Double.NaN;
      }
    }).description(description).register(registry);
  }
}
