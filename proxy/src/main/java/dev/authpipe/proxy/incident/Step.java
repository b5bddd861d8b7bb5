package dev.authpipe.proxy.incident;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/**
 * One connection of an incident.
 *
 * @param baseGeneration what its credential was when its renewal began; null: it has not begun
 * @param revocation     the revocation of its old access token; null: none is owed
 * @param outcome        of the try before
 * @param tries          this one included
 */
record Step(UUID incident, ConnectionId connection, IntegrationId integration, String provider, @Nullable Long baseGeneration,
    @Nullable UUID revocation, String outcome, int tries) {}
