package dev.authpipe.proxy.connection;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Reconsent;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.ProviderAccount;

/**
 * A connection in answers of the API. Holds no part of a credential.
 *
 * @param id              {@code conn_…}
 * @param integration     slug, or id when the integration is no longer configured
 * @param provider        slug
 * @param endUser         the customer's identifier
 * @param status          {@code active}, {@code degraded}, {@code uncertain}, {@code reauth_required}, {@code key_unavailable}, or "disconnected"
 * @param scopes          granted
 * @param scopesRequested asked for
 * @param account         the account at the provider as a person would recognise it
 * @param metadata        the customer's own words
 * @param expiresAt       when the access token expires
 * @param generation      counter of the credential's value
 * @param authorizedAt    when the end user last agreed, if that is known
 * @param reconsent       when they will have to agree again, as far as the provider's limits say
 * @param rotation        when its key, bearer token or password is to be replaced, if a date is known
 * @param createdAt       when it was connected
 * @param updatedAt       when it last changed
 * @param disconnectedAt  when it was disconnected
 * @param purgeAfter      when the rest of a disconnected connection goes
 * @param revocation      of a disconnected connection: how far the provider's side has come
 */
record ConnectionView(String id, String integration, String provider, String endUser, String status, List<String> scopes,
    List<String> scopesRequested, @Nullable String account, Map<String, String> metadata, @Nullable Instant expiresAt,
    @Nullable Long generation, @Nullable Instant authorizedAt, @Nullable Reconsent reconsent,
    @Nullable Rotation rotation, Instant createdAt, Instant updatedAt, @Nullable Instant disconnectedAt,
    @Nullable Instant purgeAfter,
    @Nullable String revocation) {

  static ConnectionView of(ConnectionListing listing, Configuration configuration, @Nullable String revocation,
      Instant now) {
    ConnectionRow row = listing.connection();
    CredentialRow credential = listing.credential();
    ProviderAccount account = listing.account();
    boolean live = row.status() == ConnectionStatus.ACTIVE;
    return new ConnectionView(row.id().toString(), slug(row, configuration), row.provider(), listing.endUser().identifier(),
        status(row, credential), row.scopesGranted(), row.scopesRequested(),
        account == null ? null : account.label() == null ? account.identifier() : account.label(), row.metadata(),
        credential != null && live ? credential.accessExpiresAt() : null,
        credential != null && live ? credential.generation() : null, row.authorizedAt(),
        live ? forecast(row, credential, configuration) : null, live ? rotation(row, credential, configuration, now) : null,
        row.createdAt(), row.updatedAt(), row.disconnectedAt(), row.purgeAfter(), revocation);
  }

  private static String slug(ConnectionRow row, Configuration configuration) {
    return configuration.integration(row.workspace(), row.integration().toString()).map(Integration::slug)
        .orElse(row.integration().toString());
  }

  /** Null too where the end user has to agree now. */
  private static @Nullable Reconsent forecast(ConnectionRow row, @Nullable CredentialRow credential,
      Configuration configuration) {
    Integration integration = configuration.integration(row.integration()).orElse(null);
    return credential == null || integration == null || credential.state() == CredentialState.REAUTH_REQUIRED
        ? null
        : Reconsent.of(integration.provider().refresh(), row.authorizedAt(), credential.issuedAt(),
            credential.refreshExpiresAt());
  }

  private static @Nullable Rotation rotation(ConnectionRow row, @Nullable CredentialRow credential,
      Configuration configuration, Instant now) {
    Integration integration = configuration.integration(row.integration()).orElse(null);
    return credential == null || integration == null
        ? null
        : integration.keyRotation(credential.issuedAt(), credential.secretExpiresAt(), now);
  }

  /** Active, degraded, uncertain, reauth_required, key_unavailable, or ended. */
  private static String status(ConnectionRow row, @Nullable CredentialRow credential) {
    if (row.status() == ConnectionStatus.DISCONNECTED || credential == null) {
      return ConnectionStatus.DISCONNECTED.word();
    }
    return switch (credential.state()) {
      case ACTIVE -> "active";
      case DEGRADED -> "degraded";
      case UNCERTAIN -> "uncertain";
      case REAUTH_REQUIRED -> "reauth_required";
      case KEY_UNAVAILABLE -> "key_unavailable";
      case REVOKED -> "disconnected";
    };
  }
}
