package dev.authpipe.proxy.caller;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;

/**
 * An API key as it may be listed. Never holds the key or its hash.
 *
 * @param id        its id
 * @param request   what it grants
 * @param createdAt when it was made
 * @param revokedAt since when it is revoked; null: it is not
 */
public record ApiKeyView(ApiKeyId id, ApiKeyRequest request, Instant createdAt, @Nullable Instant revokedAt) {}
