package dev.authpipe.proxy.connect;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Reconsent;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.ProviderAccount;

/**
 * The answer to a finished session.
 *
 * @param connection what came of it, as in the list of connections; no secret
 */
record FinishedView(Connected connection) {
  /**
   * The connection that came of a session.
   *
   * @param id              {@code conn_…}
   * @param integration     slug
   * @param provider        slug
   * @param endUser         the customer's name for them
   * @param status          {@code active}
   * @param scopes          granted
   * @param scopesRequested asked for
   * @param account         the provider account, as people call it
   * @param metadata        the customer's own words
   * @param expiresAt       when the access token expires
   * @param generation      counter of the credential's value
   * @param authorizedAt    when the end user agreed
   * @param reconsent       when they will have to agree again, as far as the provider's limits say
   * @param createdAt       when it was connected
   * @param updatedAt       when it last changed
   */
  record Connected(String id, String integration, String provider, String endUser, String status, List<String> scopes,
      List<String> scopesRequested, @Nullable String account, Map<String, String> metadata, @Nullable Instant expiresAt,
      @Nullable Long generation, @Nullable Instant authorizedAt, @Nullable Reconsent reconsent, Instant createdAt,
      Instant updatedAt) {}

  static FinishedView of(ConnectionListing listing, Configuration configuration) {
    ConnectionRow row = listing.connection();
    ProviderAccount account = listing.account();
    CredentialRow credential = listing.credential();
    Integration integration = configuration.integration(row.integration()).orElse(null);
    String slug = integration == null ? row.integration().toString() : integration.slug();
    return new FinishedView(
        new Connected(row.id().toString(), slug, row.provider(), listing.endUser().identifier(), row.status().word(),
            row.scopesGranted(), row.scopesRequested(),
            account == null ? null : account.label() == null ? account.identifier() : account.label(),
            row.metadata(), credential == null ? null : credential.accessExpiresAt(),
            credential == null ? null : credential.generation(), row.authorizedAt(),
            credential == null || integration == null
                ? null
                : Reconsent.of(integration.provider().refresh(), row.authorizedAt(), credential.issuedAt(),
                    credential.refreshExpiresAt()),
            row.createdAt(), row.updatedAt()));
  }
}
