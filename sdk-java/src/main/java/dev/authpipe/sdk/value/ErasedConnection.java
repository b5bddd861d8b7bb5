package dev.authpipe.sdk.value;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What became of one connection of an erased person.
 *
 * @param id              the connection, which answers 404 from now on
 * @param integration     the id of its integration; empty when the answer did not say
 * @param provider        the slug of its provider; empty when the answer did not say
 * @param outcome         of the revocation
 * @param accessExpiresAt until when its last access token may work; null when the provider confirmed, or when nobody knows
 */
public record ErasedConnection(ConnectionId id, String integration, String provider, Revocation outcome,
    @Nullable Instant accessExpiresAt) {}
