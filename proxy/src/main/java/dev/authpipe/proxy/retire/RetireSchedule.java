package dev.authpipe.proxy.retire;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Hands the room's scheduled work to the jobs when the proxy starts. Never runs it by itself; exists where jobs run. */
@Singleton
@Requires(beans = JobSettings.class)
final class RetireSchedule implements ApplicationEventListener<StartupEvent> {
  private final RetireJobs work;
  private final Jobs jobs;

  RetireSchedule(RetireJobs work, Jobs jobs) {
    this.work = work;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    work.register(jobs);
  }
}
