package dev.authpipe.control.connection;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/**
 * A connection as a proxy last told of it. Nothing about its end user or the account at the provider.
 *
 * @param id            its random id
 * @param integration   through which integration
 * @param status        {@code active}, {@code disconnected} or {@code purged}
 * @param state         how its credential is
 * @param reason        registered code; null: none
 * @param scopesMissing how many of the scopes that were asked for were not granted
 * @param createdAt     when it was made
 * @param reportedAt    when it last changed
 */
record Connection(ConnectionId id, IntegrationId integration, String status, String state, @Nullable String reason,
    int scopesMissing, Instant createdAt, Instant reportedAt) {}
