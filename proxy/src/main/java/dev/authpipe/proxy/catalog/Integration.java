package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A workspace's client registration at a provider, as the operator configured it. Never holds its client secret.
 *
 * @param workspace       whose it is
 * @param id              stable by workspace and slug
 * @param slug            its name in the workspace
 * @param provider        at which provider
 * @param clientId        the OAuth client id; empty for key-based providers
 * @param scopes          scopes asked for unless a session asks for fewer
 * @param returnUrls      exact addresses a connect session may return to
 * @param params          values of provider parameters
 * @param applicationName what end users see as the asking application
 * @param proxyOnly       whether access tokens are never handed out (S32)
 * @param apiBaseOverride replaces the profile's API base; null: the profile's
 */
public record Integration(WorkspaceId workspace, IntegrationId id, String slug, Provider provider, String clientId,
    List<String> scopes,
    List<URI> returnUrls, Map<String, String> params, String applicationName, boolean proxyOnly, @Nullable URI apiBaseOverride) {

  /** Copies the collections. */
  public Integration {
    scopes = List.copyOf(scopes);
    returnUrls = List.copyOf(returnUrls);
    params = Map.copyOf(params);
  }

  /**
   * Values for templates: the parameters' defaults, then those of the connection, then those set here, which always win, and the client id.
   *
   * @param connectionParams values chosen for one connection, already checked against their patterns
   */
  public Map<String, String> templateValues(Map<String, String> connectionParams) {
    Map<String, String> values = new HashMap<>();
    for (ProviderParameter parameter : provider.parameters()) {
      if (parameter.defaultValue() != null) {
        values.put(parameter.name(), parameter.defaultValue());
      }
    }
    values.putAll(connectionParams);
    values.putAll(params);
    values.put("client_id", clientId);
    return Map.copyOf(values);
  }

  /** The token endpoint for one connection's parameters. */
  public URI tokenEndpoint(Map<String, String> connectionParams) {
    return provider.requireToken().endpoint().resolve(templateValues(connectionParams));
  }

  /**
   * The origin that the client secret is sealed to: that of the token endpoint, in which a placeholder that connections fill stays as it is
   * written, for then every such origin lies within the provider's own suffix.
   */
  public String clientSecretOrigin() {
    EndpointTemplate endpoint = provider.requireToken().endpoint();
    Map<String, String> values = templateValues(Map.of());
    return values.keySet().containsAll(endpoint.hostPlaceholders())
        ? EndpointTemplate.originOf(endpoint.resolve(withPathPlaceholders(values, endpoint)))
        : "https://" + endpoint.host();
  }

  private static Map<String, String> withPathPlaceholders(Map<String, String> values, EndpointTemplate endpoint) {
    Map<String, String> all = new HashMap<>(values);
    endpoint.pathPlaceholders().forEach(name -> all.putIfAbsent(name, "x"));
    return all;
  }

  /** The origin of the token endpoint for one connection's parameters. */
  public String tokenOrigin(Map<String, String> connectionParams) {
    return EndpointTemplate.originOf(tokenEndpoint(connectionParams));
  }

  /** The API base for one connection's parameters. */
  public URI apiBase(Map<String, String> connectionParams) {
    return apiBaseOverride != null ? apiBaseOverride : provider.api().base().resolve(templateValues(connectionParams));
  }
}
