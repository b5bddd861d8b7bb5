package dev.authpipe.sdk.config;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.Rotation;

/**
 * What may be shown of a client secret.
 *
 * @param maskedPrefix       the provider's fixed type prefix and at most 4 characters more, or empty
 * @param since              when it was set
 * @param version            counts the secrets of the integration
 * @param expiresAt          when it ends by itself, as whoever set it said; null: nobody said
 * @param rotation           when it is to be replaced; null: nothing says so
 * @param tokenOrigin        the origin of the token endpoint that it was set for
 * @param tokenOriginChanged whether the token endpoint has moved since: then it is not used until it is set again
 * @param previous           the one before, while it is still tried; null: there is none
 */
public record MaskedClientSecret(String maskedPrefix, Instant since, long version, @Nullable Instant expiresAt,
    @Nullable Rotation rotation, String tokenOrigin, boolean tokenOriginChanged, @Nullable PreviousClientSecret previous) {}
