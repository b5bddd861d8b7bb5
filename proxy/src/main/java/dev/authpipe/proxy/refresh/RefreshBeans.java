package dev.authpipe.proxy.refresh;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;

/** The limits of refreshing, unless start-up brings others. The same for all providers. */
@Factory
final class RefreshBeans {
  @Singleton
  @Secondary
  RefreshSettings refreshSettings() {
    return RefreshSettings.usual();
  }

  @Singleton
  @Secondary
  ScheduleSettings scheduleSettings() {
    return ScheduleSettings.usual();
  }
}
