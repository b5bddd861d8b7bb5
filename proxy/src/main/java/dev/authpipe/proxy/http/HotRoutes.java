package dev.authpipe.proxy.http;

import java.util.Collection;
import java.util.List;

import jakarta.inject.Singleton;

/** All hot routes of the process. */
@Singleton
final class HotRoutes {
  private final List<HotRoute> routes;
  private final RemoteAddresses addresses;
  private final Faults faults;

  HotRoutes(Collection<HotRoute> routes, RemoteAddresses addresses, Faults faults) {
    this.faults = faults;
    this.routes = List.copyOf(routes);
    this.addresses = addresses;
  }

  boolean own(String target) {
    return routes.stream().anyMatch(route -> route.owns(target));
  }

  HotHandler handler() {
    return new HotHandler(routes, addresses, faults);
  }
}
