package dev.authpipe.proxy.record;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Signs checkpoints of logs that grew. Fails as a job while a log is refused, so that it cannot go unnoticed. */
@Singleton
@Requires(beans = JobSettings.class)
final class CheckpointJob {
  static final String NAME = "checkpoints";
  /** From start to start; with a retry after a failure still less than the 60 s that may be exposed (S41). */
  private static final Duration EVERY = Duration.ofSeconds(40);
  private final Checkpoints checkpoints;
  private final Jobs jobs;
  private final AtomicInteger refused = new AtomicInteger();

  CheckpointJob(Checkpoints checkpoints, Jobs jobs, MeterRegistry metrics) {
    this.checkpoints = checkpoints;
    this.jobs = jobs;
    metrics.gauge("authpipe.audit.refused.logs", refused);
  }

  @EventListener
  void register(StartupEvent started) {
    jobs.register(NAME, EVERY, this::sign);
  }

  void sign() {
    List<String> origins = checkpoints.signAll();
    refused.set(origins.size());
    if (!origins.isEmpty()) {
      throw new LogsRefusedException(origins.size());
    }
  }

  /** Some logs got no checkpoint. */
  private static final class LogsRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LogsRefusedException(int logs) {
      super(logs + " logs do not fit their checkpoints");
    }
  }
}
