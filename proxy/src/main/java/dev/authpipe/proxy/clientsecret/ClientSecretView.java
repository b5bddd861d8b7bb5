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
 * @param previous     the one before, while it is tried as well; null: only this one is
 */
public record ClientSecretView(String maskedPrefix, Instant since, String tokenOrigin, long version,
    @Nullable Instant expiresAt, @Nullable Previous previous) {

  /**
   * What may be shown of the client secret before.
   *
   * @param since      when it was set
   * @param validUntil until when it is tried
   * @param neededAt   when the provider last took it and not the present one, as noted once a day; null: never
   */
  public record Previous(long version, String maskedPrefix, Instant since, Instant validUntil, @Nullable Instant neededAt) {}
}
