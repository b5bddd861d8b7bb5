package dev.authpipe.proxy.ops;

import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.remind.RotationBacklog;

/** Which secrets are to be replaced. Never per tenant; not a number while a store does not answer. */
@Singleton
@Requires(beans = SettingValues.class)
final class RotationMetrics implements MeterBinder {
  private final RotationBacklog backlog;

  RotationMetrics(RotationBacklog backlog) {
    this.backlog = backlog;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    sort(registry, "connection", RotationBacklog.Backlog::connections);
    sort(registry, "client_secret", RotationBacklog.Backlog::clientSecrets);
  }

  private void sort(MeterRegistry registry, String sort, Function<RotationBacklog.Backlog, RotationBacklog.Due> of) {
    gauge(registry, "authpipe.rotation.due", sort, "Secrets that are to be replaced within 30 days or are overdue",
        all -> of.apply(all).due());
    gauge(registry, "authpipe.rotation.oldest.overdue.seconds", sort, "How long the oldest of them has been overdue",
        all -> all.age(of.apply(all)).toSeconds());
  }

  private void gauge(MeterRegistry registry, String name, String sort, String description,
      ToDoubleFunction<RotationBacklog.Backlog> value) {
    Gauge.builder(name, backlog, asked -> {
      try {
        return value.applyAsDouble(asked.look());
      } catch (StoreUnavailableException silent) {
        return Double.NaN;
      }
    }).tag("secret", sort).description(description).register(registry);
  }
}
