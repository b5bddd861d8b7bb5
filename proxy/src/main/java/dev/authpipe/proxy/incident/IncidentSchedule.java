package dev.authpipe.proxy.incident;

import java.time.Duration;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Hands the room's work to the jobs when the proxy starts. Never runs it by itself; exists where jobs run. */
@Singleton
@Requires(beans = JobSettings.class)
final class IncidentSchedule implements ApplicationEventListener<StartupEvent> {
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final IncidentWork work;
  private final Jobs jobs;

  IncidentSchedule(IncidentWork work, Jobs jobs) {
    this.work = work;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    jobs.register(Incidents.JOB, EVERY, work::run);
  }
}
