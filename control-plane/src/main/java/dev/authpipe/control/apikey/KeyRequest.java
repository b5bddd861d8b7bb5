package dev.authpipe.control.apikey;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.Feed;

/**
 * A wish for an API key. Never the key.
 *
 * @param id             its id
 * @param person         random id of who asked
 * @param name           what people call it
 * @param terms          what the key may do
 * @param requireEndUser whether each call has to name the end user
 * @param made           the key that came of it; null: waiting
 * @param createdAt      when it was made
 */
record KeyRequest(ApiKeyRequestId id, UUID person, String name, Terms terms, boolean requireEndUser, @Nullable ApiKeyId made,
    Instant createdAt) {

  /** As a proxy is told. */
  Feed.ApiKeyRequest forProxies() {
    return new Feed.ApiKeyRequest(id, name, terms.scopes(), terms.integrations(), terms.callsPerMinute(), terms.callsPerMonth(),
        terms.expiresAt(), requireEndUser);
  }
}
