package dev.authpipe.sdk.value;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a forced refresh came to. Never carries the access token.
 *
 * @param outcome what happened
 * @param generation counter of the credential's value afterwards
 * @param expiresAt when the access token now held ends; null when the provider does not say
 */
public record RefreshReport(RefreshOutcome outcome, long generation, @Nullable Instant expiresAt) {}
