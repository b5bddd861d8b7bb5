package dev.authpipe.proxy.connect;

import java.net.URI;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ListenerSettings;

/** Makes the settings of the connect flow from the listeners and the public address. Never takes an address from a request. */
@Factory
final class ConnectBeans {
  /** Where the public origin of the connect listener is handed over; without it the listener's own address counts. */
  static final String PUBLIC_URL = "authpipe.connect.public-url";

  @Singleton
  ConnectSettings connectSettings(ListenerSettings listeners, @Nullable @Property(name = PUBLIC_URL) String publicUrl) {
    if (publicUrl != null) {
      return ConnectSettings.at(URI.create(publicUrl));
    }
    String scheme = listeners.secure() ? "https" : "http";
    return ConnectSettings.at(URI.create(scheme + "://" + listeners.connect().host() + ":" + listeners.connect().port()));
  }
}
