package dev.authpipe.proxy.http;

import io.netty.handler.codec.http.HttpRequest;

/**
 * A route that is served in front of the server's routing, on the event loop: for the few where microseconds count. Must never block; a
 * miss goes to a virtual thread and comes back through {@link HotConnection#execute}.
 */
public interface HotRoute {

  /** Whether this route answers such a request target; asked for every request of the API listener. */
  boolean owns(String target);

  /** Begins to serve a request; its body follows through the exchange. */
  HotExchange open(HotConnection connection, HttpRequest request);
}
