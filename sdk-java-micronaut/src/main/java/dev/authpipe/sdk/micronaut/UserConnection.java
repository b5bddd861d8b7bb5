package dev.authpipe.sdk.micronaut;

import java.util.Objects;

import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.EndUserId;

/**
 * A connection and whose it is. The proxy answers 404 when the two do not belong together.
 *
 * @param connection the connection
 * @param endUser    the signed-in end user, never taken from a request parameter
 */
public record UserConnection(ConnectionId connection, EndUserId endUser) {

  /** Checks that nothing is missing. */
  public UserConnection {
    Objects.requireNonNull(connection, "connection");
    Objects.requireNonNull(endUser, "endUser");
  }
}
