package dev.authpipe.control.integration;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;

/**
 * A client registration as it is configured here. Never its client secret.
 *
 * @param id           its id, which the callback URL carries
 * @param wanted       what people said about it
 * @param version      counts its changes
 * @param createdAt    when it was made
 * @param updatedAt    when it last changed
 * @param secretSince  since when a proxy has its client secret; null: no proxy told of one
 * @param secretNumber which client secret of this integration that is; null: none
 */
record Integration(IntegrationId id, Wanted wanted, long version, Instant createdAt, Instant updatedAt,
    @Nullable Instant secretSince, @Nullable Integer secretNumber) {

  /**
   * What people say about an integration.
   *
   * @param slug            unique in its workspace
   * @param provider        at which provider
   * @param clientId        the OAuth client id; empty for providers that take a key
   * @param scopes          asked for
   * @param returnUrls      exact addresses a connect session may return to
   * @param params          values of the provider's parameters
   * @param applicationName what end users see as the asking application
   * @param note            for the team only
   * @param proxyOnly       whether access tokens are never handed out
   * @param disabled        whether it is out of use
   */
  record Wanted(String slug, String provider, String clientId, List<String> scopes, List<String> returnUrls,
      Map<String, String> params, String applicationName, String note, boolean proxyOnly, boolean disabled) {
    /** Copies the collections. */
    Wanted {
      scopes = List.copyOf(scopes);
      returnUrls = List.copyOf(returnUrls);
      params = Map.copyOf(params);
    }
  }

  /** As a proxy is told. */
  Feed.Integration forProxies() {
    return new Feed.Integration(id, wanted.slug, wanted.provider, wanted.clientId, wanted.scopes, wanted.returnUrls,
        wanted.params,
        wanted.applicationName, wanted.proxyOnly, wanted.disabled, wanted.note);
  }
}
