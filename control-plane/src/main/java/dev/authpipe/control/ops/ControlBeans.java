package dev.authpipe.control.ops;

import java.security.SecureRandom;
import java.time.Clock;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.workspace.WorkspaceSettings;

/** Makes settings beans and what has no room of its own from the settings. Never decides a default. */
@Factory
final class ControlBeans {
  private final ControlSettings settings;
  private final ControlOptions options;

  ControlBeans(ControlSettings settings, ControlOptions options) {
    this.settings = settings;
    this.options = options;
  }

  @Singleton
  Clock clock() {
    return options.clock() == null ? Clock.systemUTC() : options.clock();
  }

  @Singleton
  Ticker ticker() {
    return options.ticker() == null ? Ticker.systemTicker() : options.ticker();
  }

  @Singleton
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  @Bean(preDestroy = "close")
  @Singleton
  Database database() {
    return new Database(settings.store());
  }

  @Singleton
  ListenerSettings listenerSettings() {
    return settings.listeners();
  }

  @Singleton
  WorkspaceSettings workspaceSettings() {
    return settings.workspaces();
  }
}
