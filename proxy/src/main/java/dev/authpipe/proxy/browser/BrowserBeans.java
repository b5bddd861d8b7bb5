package dev.authpipe.proxy.browser;

import java.net.URI;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ListenerSettings;

/** Makes the public origin from the listeners and the public address. Never takes an address from a request. */
@Factory
final class BrowserBeans {
  /** Where the public origin of the connect listener is handed over; without it the listener's own address counts. */
  static final String PUBLIC_URL = "authpipe.connect.public-url";

  @Singleton
  PublicOrigin publicOrigin(ListenerSettings listeners, @Nullable @Property(name = PUBLIC_URL) String publicUrl) {
    if (publicUrl != null) {
      return new PublicOrigin(URI.create(publicUrl));
    }
    String scheme = listeners.secure() ? "https" : "http";
    return new PublicOrigin(URI.create(scheme + "://" + listeners.connect().host() + ":" + listeners.connect().port()));
  }
}
