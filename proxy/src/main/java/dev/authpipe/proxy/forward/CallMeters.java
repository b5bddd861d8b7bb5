package dev.authpipe.proxy.forward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/** Counts what the proxy does with calls by itself. Never by workspace or connection: those are in the audit log. */
@Singleton
final class CallMeters {
  private final Counter held;
  private final Counter repeated;

  CallMeters(MeterRegistry metrics) {
    this.held = Counter.builder("authpipe.proxy.calls.held")
        .description("Proxied calls that were not made, for the provider would have refused them").register(metrics);
    this.repeated = Counter.builder("authpipe.proxy.calls.repeated")
        .description("Proxied calls that were made again after a pause").register(metrics);
  }

  void held() {
    held.increment();
  }

  void repeated() {
    repeated.increment();
  }
}
