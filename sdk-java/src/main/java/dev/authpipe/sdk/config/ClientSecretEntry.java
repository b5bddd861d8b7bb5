package dev.authpipe.sdk.config;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.EntryId;
import dev.authpipe.sdk.value.EntryUrl;

/**
 * A one-time link by which somebody without an API key enters a client secret.
 *
 * @param id               its id
 * @param entryUrl         the link, in the answer to its creation only; null otherwise
 * @param tokenOrigin      the origin of the token endpoint for which the secret is asked
 * @param previousValidFor how long the client secret before is tried as well, once another was entered
 * @param createdAt        when it was made
 * @param expiresAt        until when it is good
 */
public record ClientSecretEntry(EntryId id, @Nullable EntryUrl entryUrl, String tokenOrigin, Duration previousValidFor,
    Instant createdAt, Instant expiresAt) {}
