package dev.authpipe.proxy.retire;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;

/** The limits of ending connections, unless start-up brings others. Never per provider. */
@Factory
final class RetireBeans {
  @Singleton
  @Secondary
  RetireSettings retireSettings() {
    return RetireSettings.usual();
  }

  @Singleton
  @Secondary
  ErasureSettings erasureSettings() {
    return new ErasureSettings(ErasureSettings.LONGEST);
  }
}
