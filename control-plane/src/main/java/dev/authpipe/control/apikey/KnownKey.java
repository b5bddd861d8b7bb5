package dev.authpipe.control.apikey;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.Feed;

/**
 * An API key as a proxy told of it and as it was narrowed since. Neither the key nor a hash of it.
 *
 * @param id             its id
 * @param request        the request it came of; null: it was made at the proxy by command
 * @param name           what people call it
 * @param terms          what it may do
 * @param requireEndUser whether each call has to name the end user
 * @param disabled       whether it is out of use
 * @param revoked        whether it ended for good
 * @param version        counts its changes
 * @param createdAt      when it was made
 * @param reportedAt     when a proxy last told of it
 */
record KnownKey(ApiKeyId id, @Nullable ApiKeyRequestId request, String name, Terms terms, boolean requireEndUser,
    boolean disabled,
    boolean revoked, long version, Instant createdAt, Instant reportedAt) {

  /** As a proxy is told. */
  Feed.ApiKey forProxies() {
    return new Feed.ApiKey(id, terms.scopes(), terms.integrations(), terms.callsPerMinute(), terms.callsPerMonth(),
        terms.expiresAt(),
        disabled);
  }
}
