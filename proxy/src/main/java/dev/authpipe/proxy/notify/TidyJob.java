package dev.authpipe.proxy.notify;

import java.time.Duration;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Hands the room's scheduled work to the jobs when the proxy starts. Never runs it by itself; exists where jobs run. */
@Singleton
@Requires(beans = JobSettings.class)
final class TidyJob implements ApplicationEventListener<StartupEvent> {
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Endpoints endpoints;
  private final Jobs jobs;

  TidyJob(Endpoints endpoints, Jobs jobs) {
    this.endpoints = endpoints;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    jobs.register("webhooks", EVERY, endpoints::tidy);
  }
}
