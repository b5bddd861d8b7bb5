package dev.authpipe.proxy.forward;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Beans of this room that are not classes of it. */
@Factory
final class ForwardBeans {

  @Singleton
  @Requires(missingBeans = ForwardSettings.class)
  ForwardSettings forwardSettings() {
    return ForwardSettings.DEFAULT;
  }
}
