package dev.authpipe.control.ops;

import java.time.Clock;
import java.time.Duration;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

import dev.authpipe.control.http.ServerTls;

/** How long the certificate of the dashboard listener is good, and how often a replaced one was refused. Only where there is one. */
@Singleton
@Requires(beans = ServerTls.class)
final class CertificateMetrics implements MeterBinder {
  private final Provider<ServerTls> tls;
  private final Clock clock;

  /** @param tls asked for by who reads metrics: a command must not need the files of the listeners */
  CertificateMetrics(Provider<ServerTls> tls, Clock clock) {
    this.tls = tls;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("authpipe.certificate.expires", tls, one -> Duration.between(clock.instant(), one.get().end()).toSeconds())
        .baseUnit("seconds").description("Until the certificate of the dashboard listener ends; negative afterwards")
        .register(registry);
    FunctionCounter.builder("authpipe.certificate.refused", tls, one -> one.get().refused())
        .description("Replaced certificates that could not be used").register(registry);
  }
}
