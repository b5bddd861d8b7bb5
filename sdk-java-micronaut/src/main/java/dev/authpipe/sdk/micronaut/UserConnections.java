package dev.authpipe.sdk.micronaut;

import io.micronaut.http.HttpRequest;

/**
 * Which connection a call of a {@link ThroughAuthpipe} client uses. A bean of the application, which knows who is signed in and kept the id
 * that {@code finish} returned.
 */
@FunctionalInterface
public interface UserConnections {

  /**
   * Finds the connection.
   *
   * @param call the call on its way, with the attributes that the application set
   * @return the connection; whoever has none throws what the application understands
   */
  UserConnection of(HttpRequest<?> call);
}
