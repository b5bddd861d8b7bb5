package dev.authpipe.proxy.connect;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

import dev.authpipe.proxy.browser.PublicOrigin;

/** Makes the settings of the connect flow. */
@Factory
final class ConnectBeans {
  @Singleton
  ConnectSettings connectSettings(PublicOrigin origin) {
    return ConnectSettings.at(origin);
  }
}
