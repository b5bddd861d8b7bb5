package dev.authpipe.proxy.ops;

import java.util.List;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.rotate.KeysetBacklog;

/** How keysets stand in both stores. Never per tenant; not a number while a store does not answer. */
@Singleton
@Requires(beans = SettingValues.class)
final class KeysetMetrics implements MeterBinder {
  private static final List<String> STORES = List.of("vault", "client_secrets");
  private static final List<String> STATES = List.of("opens_only", "active", "decrypt_only");

  private final KeysetBacklog backlog;

  KeysetMetrics(KeysetBacklog backlog) {
    this.backlog = backlog;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (String store : STORES) {
      for (String state : STATES) {
        gauge(registry, "authpipe.keysets", store, state, "Data-encryption keysets of all workspaces",
            all -> all.keysets(store, state));
        gauge(registry, "authpipe.keyset.rows", store, state, "Sealed records that named one of them when they were counted last",
            all -> all.records(store, state));
        gauge(registry, "authpipe.keyset.oldest.seconds", store, state,
            "For how long the first of them has sealed, only opened, or been replaced",
            all -> all.oldest(store, state).toSeconds());
      }
    }
  }

  private void gauge(MeterRegistry registry, String name, String store, String state, String description,
      ToDoubleFunction<KeysetBacklog.Totals> value) {
    Gauge.builder(name, backlog, asked -> {
      try {
        return value.applyAsDouble(asked.look());
      } catch (StoreUnavailableException silent) {
        return Double.NaN;
      }
    }).tag("store", store).tag("state", state).description(description).register(registry);
  }
}
