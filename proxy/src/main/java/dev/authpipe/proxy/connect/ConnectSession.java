package dev.authpipe.proxy.connect;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A short-lived right to run the connect flow once. Holds hashes, never the session token or finish code.
 *
 * @param endUserId           whose connection this may become
 * @param createdBy           the API key that asked
 * @param integrations        what the end user may choose from
 * @param returnUrl           where the browser goes with the finish code
 * @param codeChallenge       S256 of the application's verifier
 * @param scopes              asked for; empty: the integration's
 * @param params              provider parameters set by the application
 * @param reconnects          the connection to give a new grant, or null
 * @param accountMayChange    whether that may lead to another provider account
 * @param reason              why it failed, or why the last attempt did
 * @param finishCodeHash      once authorized
 * @param authorizedAttempt   once authorized
 * @param finishHash          of the whole finish request, once one was accepted
 * @param result              once finished
 * @param left                until it runs out, by the database's clock; not above zero when it has
 * @param sinceAuthorized     how long ago it was authorized, by the database's clock; null: not yet
 */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared as a whole
record ConnectSession(WorkspaceId workspace, ConnectSessionId id, UUID endUserId, ApiKeyId createdBy,
    List<IntegrationId> integrations,
    URI returnUrl, String codeChallenge, List<String> scopes, Map<String, String> params, @Nullable ConnectionId reconnects,
    boolean accountMayChange, SessionState state, @Nullable String reason, int attempts, int entries,
    byte @Nullable [] finishCodeHash, @Nullable UUID authorizedAttempt, byte @Nullable [] finishHash,
    @Nullable ConnectionId result, Instant expiresAt, Duration left, @Nullable Duration sinceAuthorized) {

  ConnectSession {
    integrations = List.copyOf(integrations);
    scopes = List.copyOf(scopes);
    params = Map.copyOf(params);
  }

  /** Whether authorization is recent enough to finish. */
  boolean authorizedWithin(Duration limit) {
    return sinceAuthorized != null && sinceAuthorized.compareTo(limit) <= 0;
  }

  /** Whether an end user may still act in it. */
  boolean open() {
    return state == SessionState.PENDING && live();
  }

  /** Whether it has not run out. */
  boolean live() {
    return left.isPositive();
  }
}
