package dev.authpipe.sdk.value;

import org.jspecify.annotations.Nullable;

/**
 * How a connect session stands. Never carries the finish code: that travels through the end user's browser only.
 *
 * @param id the session
 * @param status how far it has come
 * @param reason the registered word for why it failed; null when it did not
 */
public record ConnectSessionState(ConnectSessionId id, ConnectSessionStatus status, @Nullable String reason) {}
