package dev.authpipe.proxy.config;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Introspected;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Rotation;
import dev.authpipe.proxy.clientsecret.ClientSecretView;

/**
 * An integration as callers see it. Never its client secret.
 *
 * @param id              stable
 * @param slug            its name in the workspace
 * @param provider        slug of the provider
 * @param clientId        the OAuth client id; absent for key-based providers
 * @param clientSecret    what may be shown of the client secret; absent when none is set
 * @param scopes          asked for
 * @param returnUrls      exact addresses a connect session may return to
 * @param params          values of provider parameters
 * @param applicationName what end users see
 * @param proxyOnly       whether access tokens are never handed out
 * @param source          {@code file}: managed by authpipe.yaml
 */
@Introspected
record IntegrationView(String id, String slug, String provider, @JsonProperty("client_id") @Nullable String clientId,
    @JsonProperty("client_secret") @Nullable Masked clientSecret, List<String> scopes,
    @JsonProperty("return_urls") List<String> returnUrls,
    Map<String, String> params, @JsonProperty("application_name") String applicationName,
    @JsonProperty("proxy_only") boolean proxyOnly,
    String source) {

  /**
   * What may be shown of a client secret.
   *
   * @param maskedPrefix the provider's fixed type prefix and at most 4 characters more, or empty
   * @param since        when it was set
   * @param version      counts the secrets of the integration
   * @param expiresAt    when it ends by itself, as whoever set it said; absent: nobody said
   * @param rotation     when it is to be replaced, if a date is known
   * @param tokenOrigin  the origin of the token endpoint that it was set for
   * @param originMoved  whether the token endpoint has moved since: then it is not used until it is set again
   * @param previous     the one before, while it is tried as well
   */
  @Introspected
  record Masked(@JsonProperty("masked_prefix") String maskedPrefix, String since, long version,
      @JsonProperty("expires_at") @Nullable Instant expiresAt, @Nullable Rotation rotation,
      @JsonProperty("token_origin") String tokenOrigin, @JsonProperty("token_origin_changed") boolean originMoved,
      @Nullable Previous previous) {
    static Masked of(Integration integration, ClientSecretView view, Instant now) {
      return new Masked(view.maskedPrefix(), view.since().toString(), view.version(), view.expiresAt(),
          integration.clientSecretRotation(view.since(), view.expiresAt(), now), view.tokenOrigin(),
          integration.provider().token() == null || !view.tokenOrigin().equals(integration.clientSecretOrigin()),
          view.previous() == null ? null : Previous.of(view.previous()));
    }
  }

  /**
   * What may be shown of the client secret before.
   *
   * @param version      its own
   * @param maskedPrefix as of the present one
   * @param since        when it was set
   * @param validUntil   until when it is tried; then it is erased
   * @param neededAt     when the provider last took it and not the present one, as noted once a day; absent: never
   */
  @Introspected
  record Previous(long version, @JsonProperty("masked_prefix") String maskedPrefix, Instant since,
      @JsonProperty("valid_until") Instant validUntil, @JsonProperty("needed_at") @Nullable Instant neededAt) {
    static Previous of(ClientSecretView.Previous view) {
      return new Previous(view.version(), view.maskedPrefix(), view.since(), view.validUntil(), view.neededAt());
    }
  }

  /**
   * A page of integrations.
   *
   * @param data       the integrations, by slug
   * @param nextCursor where the next page begins; absent on the last one
   */
  @Introspected
  record Page(List<IntegrationView> data,
      @Nullable String nextCursor) {}

  static IntegrationView of(Integration integration, @Nullable ClientSecretView secret, Instant now) {
    return new IntegrationView(integration.id().toString(), integration.slug(), integration.provider().slug(),
        integration.clientId().isEmpty() ? null : integration.clientId(),
        secret == null ? null : Masked.of(integration, secret, now),
        integration.scopes(),
        integration.returnUrls().stream().map(URI::toString).toList(), integration.params(), integration.applicationName(),
        integration.proxyOnly(), "file");
  }
}
