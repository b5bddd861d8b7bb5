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
import dev.authpipe.proxy.clientsecret.ClientKeyLife;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;

/** Has key pairs of integrations destroyed whose signatures have expired. Never ends one that may still be asked for. */
@Singleton
@Requires(beans = JobSettings.class)
final class EndedClientKeys implements ApplicationEventListener<StartupEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(EndedClientKeys.class);
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Configuration configuration;
  private final ClientKeyLife keys;
  private final Jobs jobs;

  EndedClientKeys(Configuration configuration, ClientKeyLife keys, Jobs jobs) {
    this.configuration = configuration;
    this.keys = keys;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    jobs.register("client-keys", EVERY, this::run);
  }

  private void run() {
    Database.each(configuration.workspaces().stream().map(Workspace::id).toList(), workspace -> {
      int destroyed = keys.destroyEnded(workspace);
      LOG.debug("client keys destroyed: {}", destroyed);
    });
  }
}
