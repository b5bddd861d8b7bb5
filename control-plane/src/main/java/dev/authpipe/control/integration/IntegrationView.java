package dev.authpipe.control.integration;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An integration as members see it.
 *
 * @param id                 {@code int_…}
 * @param slug               unique in the workspace
 * @param provider           slug of the provider
 * @param clientId           the OAuth client id; empty for a provider that takes a key
 * @param scopes             asked for
 * @param returnUrls         exact addresses a connect session may return to
 * @param params             values of the provider's parameters
 * @param applicationName    what end users see
 * @param note               for the team
 * @param proxyOnly          whether access tokens are never handed out
 * @param disabled           whether it is out of use
 * @param clientSecretSince  since when a proxy has its client secret; null: no proxy told of one
 * @param clientSecretNumber which client secret of this integration that is; null: none
 * @param version            counts its changes
 * @param createdAt          when it was made
 * @param updatedAt          when it last changed
 */
@Introspected
@Schema(name = "Integration")
record IntegrationView(String id, String slug, String provider, String clientId, List<String> scopes, List<String> returnUrls,
    Map<String, String> params, String applicationName, String note, boolean proxyOnly, boolean disabled,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant clientSecretSince,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Integer clientSecretNumber, long version, Instant createdAt,
    Instant updatedAt) {

  static IntegrationView of(Integration integration) {
    Integration.Wanted wanted = integration.wanted();
    return new IntegrationView(integration.id().toString(), wanted.slug(), wanted.provider(), wanted.clientId(), wanted.scopes(),
        wanted.returnUrls(), new TreeMap<>(wanted.params()), wanted.applicationName(), wanted.note(), wanted.proxyOnly(),
        wanted.disabled(), integration.secretSince(), integration.secretNumber(), integration.version(), integration.createdAt(),
        integration.updatedAt());
  }
}
