package dev.authpipe.sdk.value;

import org.jspecify.annotations.Nullable;

/**
 * How a connect session stands. Never carries the finish code: that travels through the end user's browser only.
 *
 * @param id the session
 * @param status how far it has come
 * @param reason the registered word for why it, or its last attempt, failed; null when none did
 * @param connection what came of it; null until it is finished
 */
public record ConnectSessionState(ConnectSessionId id, ConnectSessionStatus status, @Nullable String reason,
    @Nullable ConnectionId connection) {}
