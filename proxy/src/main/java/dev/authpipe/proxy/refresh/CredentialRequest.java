package dev.authpipe.proxy.refresh;

import java.time.Duration;
import java.util.function.Predicate;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Asks for the credential of one connection. Never grants anything by itself: the caller's permission was checked before.
 *
 * @param workspace  the caller's workspace
 * @param connection the connection in it
 * @param minTtl     how long the access token must still live, 0 to 1 hour
 * @param deadline   how long the caller waits for a refresh, more than 0 and at most 60 s
 * @param visible    the integrations that the caller may see; through any other the connection is unknown, whatever its state, and not renewed
 */
public record CredentialRequest(WorkspaceId workspace, ConnectionId connection, Duration minTtl, Duration deadline,
    Predicate<IntegrationId> visible) {
  /** The longest life a caller may ask for. */
  public static final Duration MOST_TTL = Duration.ofHours(1);
  /** The longest wait. */
  public static final Duration MOST_WAIT = Duration.ofSeconds(60);

  /** Asks where the caller was found to see the connection. */
  public CredentialRequest(WorkspaceId workspace, ConnectionId connection, Duration minTtl, Duration deadline) {
    this(workspace, connection, minTtl, deadline, _ -> true);
  }

  /** Checks the limits. */
  public CredentialRequest {
    if (minTtl.isNegative() || minTtl.compareTo(MOST_TTL) > 0) {
      throw new IllegalArgumentException("min_ttl is 0 to 3600 s");
    }
    if (!deadline.isPositive() || deadline.compareTo(MOST_WAIT) > 0) {
      throw new IllegalArgumentException("the deadline is up to 60 s");
    }
  }
}
