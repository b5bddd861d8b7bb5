package dev.authpipe.sdk.value;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a connection ended.
 *
 * @param disconnectedAt when
 * @param purgeAfter     when the rest of it goes; null when the answer did not say
 * @param revocation     how far the provider's side has come; null when the answer did not say
 */
public record ConnectionEnd(Instant disconnectedAt, @Nullable Instant purgeAfter, @Nullable Revocation revocation) {}
