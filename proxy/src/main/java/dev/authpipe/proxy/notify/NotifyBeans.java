package dev.authpipe.proxy.notify;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;

/** The limits of telling the application, unless start-up brings others. Never per endpoint. */
@Factory
final class NotifyBeans {
  @Singleton
  @Secondary
  NotifySettings notifySettings() {
    return NotifySettings.usual();
  }
}
