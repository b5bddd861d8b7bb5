package dev.authpipe.proxy.ops;

import java.time.Clock;
import java.time.Duration;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.http.ServerTls;

/** How long the certificate of the listeners is good, and how often a replaced one was refused. Only where there is one. */
@Singleton
@Requires(beans = {SettingValues.class, ServerTls.class})
final class CertificateMetrics implements MeterBinder {
  private final ServerTls tls;
  private final Clock clock;

  CertificateMetrics(ServerTls tls, Clock clock) {
    this.tls = tls;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("authpipe.certificate.expires", tls, one -> Duration.between(clock.instant(), one.end()).toSeconds())
        .baseUnit("seconds").description("Until the certificate of the listeners ends; negative afterwards").register(registry);
    FunctionCounter.builder("authpipe.certificate.refused", tls, ServerTls::refused)
        .description("Replaced certificates that could not be used").register(registry);
  }
}
