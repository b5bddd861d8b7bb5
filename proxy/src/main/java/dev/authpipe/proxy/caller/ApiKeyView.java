package dev.authpipe.proxy.caller;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IntegrationId;

/**
 * An API key as it may be listed. Never holds the key or its hash.
 *
 * @param id             its id
 * @param name           for people
 * @param scopes         what it may do
 * @param integrations   what it may use; empty: every integration of the workspace
 * @param ipRanges       addresses it is good from; empty: any
 * @param certificates   SHA-256 thumbprints of the client certificates it is bound to (RFC 8705); empty: to none
 * @param requireEndUser whether it must name the end user of each connection it uses
 * @param callsPerMinute limit per replica and minute; null: none
 * @param callsPerMonth  limit per calendar month; null: none
 * @param createdAt      when it was made
 * @param expiresAt      end of validity; null: none
 * @param revokedAt      since when it is revoked; null: it is not
 * @param intact         false when the row was changed behind our back: such a key is refused, whatever the row claims
 */
public record ApiKeyView(ApiKeyId id, String name, Set<Scope> scopes, Set<IntegrationId> integrations, List<String> ipRanges,
    List<String> certificates, boolean requireEndUser, @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth,
    Instant createdAt,
    @Nullable Instant expiresAt, @Nullable Instant revokedAt, boolean intact) {
  /** Copies the collections. */
  public ApiKeyView {
    scopes = Set.copyOf(scopes);
    integrations = Set.copyOf(integrations);
    ipRanges = List.copyOf(ipRanges);
    certificates = List.copyOf(certificates);
  }
}
