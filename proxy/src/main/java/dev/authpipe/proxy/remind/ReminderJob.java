package dev.authpipe.proxy.remind;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;
import dev.authpipe.wire.WorkspaceId;

/** Runs the reminders of all workspaces. What fails for one holds up no other; the run counts as failed all the same. */
@Singleton
@Requires(beans = JobSettings.class)
final class ReminderJob implements ApplicationEventListener<StartupEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(ReminderJob.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final Reminders reminders;
  private final ClientSecretReminders clientSecrets;
  private final Configuration configuration;
  private final Jobs jobs;

  ReminderJob(Reminders reminders, ClientSecretReminders clientSecrets, Configuration configuration, Jobs jobs) {
    this.reminders = reminders;
    this.clientSecrets = clientSecrets;
    this.configuration = configuration;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    jobs.register("reminders", EVERY, this::run);
  }

  void run() {
    RuntimeException last = null;
    for (Workspace workspace : configuration.workspaces()) {
      for (Consumer<WorkspaceId> work : List.<Consumer<WorkspaceId>>of(reminders::remind, clientSecrets::remind)) {
        try {
          work.accept(workspace.id());
        } catch (StoreUnavailableException silent) {
          LOG.warn("the reminders of {} are told later: its database does not answer", workspace.id());
          last = silent;
        } catch (RuntimeException failure) {
          LOG.error("the reminders of {} failed: {}", workspace.id(), failure.getClass().getName());
          last = failure;
        }
      }
    }
    if (last != null) {
      throw last;
    }
  }
}
