package dev.authpipe.sdk.config;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The workspace's client registration at a provider. Never holds its client secret.
 *
 * @param id              its stable id
 * @param slug            its name in the workspace
 * @param provider        the slug of the provider
 * @param clientId        the OAuth client id; null for key-based providers
 * @param clientSecret    what may be shown of its client secret; null: none is set
 * @param scopes          what is asked for
 * @param returnUrls      exact addresses a connect session may return to
 * @param params          values of provider parameters
 * @param applicationName what end users see
 * @param proxyOnly       whether access tokens are never handed out
 * @param source          who manages it, in the proxy's word: {@code file} or {@code control_plane}
 */
public record Integration(String id, String slug, String provider, @Nullable String clientId,
    @Nullable MaskedClientSecret clientSecret,
    Set<String> scopes, List<URI> returnUrls, Map<String, String> params, String applicationName, boolean proxyOnly,
    String source) {

  /** Checks that nothing required is missing, and copies. */
  public Integration {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(slug, "slug");
    scopes = Set.copyOf(scopes);
    returnUrls = List.copyOf(returnUrls);
    params = Map.copyOf(params);
  }
}
