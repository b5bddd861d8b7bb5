package dev.authpipe.proxy.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.echo.EchoGuards;

/** Counts answers that repeated a credential, and calls with one that is too short to look for. Never counts per tenant. */
@Singleton
@Requires(beans = SettingValues.class)
final class EchoMetrics implements MeterBinder {
  private final EchoGuards guards;

  EchoMetrics(EchoGuards guards) {
    this.guards = guards;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("authpipe.forward.echoes", guards, EchoGuards::echoes)
        .description("Answers refused because they repeated the injected secret").register(registry);
    FunctionCounter.builder("authpipe.forward.unguarded", guards, EchoGuards::unguarded)
        .description("Proxied calls with a secret too short to be looked for in the answer").register(registry);
  }
}
