package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a connect session stands. Never carries the finish code: that travels through the end user's browser only.
 *
 * @param id           the session
 * @param status       how far it has come
 * @param reason       the registered word for why it, or its last attempt, failed; null when none did
 * @param integrations ids of what may be chosen
 * @param connection   what came of it; null until it is finished
 * @param expiresAt    when it can no longer be used; null when the answer did not say
 */
public record ConnectSessionState(ConnectSessionId id, ConnectSessionStatus status, @Nullable String reason,
    List<String> integrations,
    @Nullable ConnectionId connection, @Nullable Instant expiresAt) {

  /** Copies. */
  public ConnectSessionState {
    integrations = List.copyOf(integrations);
  }
}
