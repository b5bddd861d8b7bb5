package dev.authpipe.sdk.value;

import java.time.Instant;

/**
 * A connect session just made: the right of one browser to run the connect flow once. Contains secrets that print masked.
 *
 * @param id its id; no secret
 * @param sessionToken what the hosted page trades for its browser binding
 * @param connectUrl the hosted page's address with that token in its fragment
 * @param expiresAt when it ends, 10 minutes after it was made
 */
public record ConnectSession(ConnectSessionId id, SessionToken sessionToken, ConnectUrl connectUrl, Instant expiresAt) {}
