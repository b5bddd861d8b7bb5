package dev.authpipe.proxy.clientsecret;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What may be shown of a client secret.
 *
 * @param maskedPrefix the provider's fixed type prefix and at most 4 characters more, or empty
 * @param since        when it was set
 * @param tokenOrigin  the origin of the token endpoint that it is sealed for
 * @param version      counts the secrets of the integration
 * @param expiresAt    when it ends by itself, as whoever set it said, or null; for reminders only
 */
public record ClientSecretView(String maskedPrefix, Instant since, String tokenOrigin, long version,
    @Nullable Instant expiresAt) {}
