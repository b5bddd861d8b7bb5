package dev.authpipe.proxy.clientsecret;

import java.time.Duration;
import java.time.Instant;

import dev.authpipe.wire.ClientSecretEntryId;

/**
 * What may be shown of a one-time link to enter a client secret. Never the link.
 *
 * @param tokenOrigin  the origin of the token endpoint for which the secret is asked
 * @param keepPrevious how long the client secret before is tried as well, once another was entered
 */
public record ClientSecretEntry(ClientSecretEntryId id, String tokenOrigin, Duration keepPrevious, Instant createdAt,
    Instant expiresAt) {
  static ClientSecretEntry of(EntryRow row) {
    return new ClientSecretEntry(row.id(), row.tokenOrigin(), row.keepPrevious(), row.createdAt(), row.expiresAt());
  }
}
