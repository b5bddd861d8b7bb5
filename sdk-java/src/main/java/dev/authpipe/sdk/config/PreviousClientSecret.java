package dev.authpipe.sdk.config;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What may be shown of the client secret before the present one.
 *
 * @param version      its own
 * @param maskedPrefix as of the present one
 * @param since        when it was set
 * @param validUntil   until when it is tried; then it is erased
 * @param neededAt     when the provider last took it and not the present one, as noted once a day; null: never
 */
public record PreviousClientSecret(long version, String maskedPrefix, Instant since, Instant validUntil,
    @Nullable Instant neededAt) {}
