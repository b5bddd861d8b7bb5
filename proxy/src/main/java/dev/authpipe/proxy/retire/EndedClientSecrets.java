package dev.authpipe.proxy.retire;

import java.time.Duration;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.clientsecret.ClientSecretEntries;
import dev.authpipe.proxy.clientsecret.PreviousSecrets;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Has client secrets erased whose time beside the present ones is over, and links forgotten that ran out. Never ends one before its time. */
@Singleton
@Requires(beans = JobSettings.class)
final class EndedClientSecrets implements ApplicationEventListener<StartupEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(EndedClientSecrets.class);
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Configuration configuration;
  private final PreviousSecrets previous;
  private final ClientSecretEntries entries;
  private final Jobs jobs;

  EndedClientSecrets(Configuration configuration, PreviousSecrets previous, ClientSecretEntries entries, Jobs jobs) {
    this.configuration = configuration;
    this.previous = previous;
    this.entries = entries;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    jobs.register("client-secrets", EVERY, this::run);
  }

  private void run() {
    Database.each(configuration.workspaces().stream().map(Workspace::id).toList(), workspace -> {
      int erased = previous.eraseEnded(workspace);
      int forgotten = entries.purge(workspace);
      LOG.debug("client secrets erased: {}, entry links forgotten: {}", erased, forgotten);
    });
  }
}
