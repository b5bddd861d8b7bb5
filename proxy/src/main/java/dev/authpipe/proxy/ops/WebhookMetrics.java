package dev.authpipe.proxy.ops;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.notify.DeliveryWorker;

/** What waits to be told to applications. Read when metrics are asked for, without SQL. */
@Singleton
@Requires(beans = SettingValues.class)
final class WebhookMetrics implements MeterBinder {
  private final DeliveryWorker worker;

  WebhookMetrics(DeliveryWorker worker) {
    this.worker = worker;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "authpipe.webhook.pending", "Events that wait for a webhook endpoint", DeliveryWorker::pending);
    gauge(registry, "authpipe.webhook.dead", "Events that were given up and can be replayed", DeliveryWorker::dead);
    gauge(registry, "authpipe.webhook.oldest.seconds", "Age of the oldest event that waits", DeliveryWorker::oldestSeconds);
  }

  private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<DeliveryWorker> value) {
    Gauge.builder(name, worker, value).description(description).register(registry);
  }
}
