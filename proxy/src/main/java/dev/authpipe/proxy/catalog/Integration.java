package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * @param clientId        the OAuth client id; empty for key-based providers, and where each connection has its own
 * @param scopes          scopes asked for unless a session asks for fewer
 * @param returnUrls      exact addresses a connect session may return to
 * @param params          values of provider parameters
 * @param applicationName what end users see as the asking application
 * @param proxyOnly       whether access tokens are never handed out (S32)
 * @param apiBaseOverride replaces the profile's API base; null: the profile's
 * @param theme           how the hosted page looks
 * @param rotateAfter     the age at which its secrets are to be replaced, as set here: keys of its connections, or its client secret; null: none
 */
public record Integration(WorkspaceId workspace, IntegrationId id, String slug, Provider provider, String clientId,
    List<String> scopes,
    List<URI> returnUrls, Map<String, String> params, String applicationName, boolean proxyOnly, @Nullable URI apiBaseOverride,
    @Nullable Duration rotateAfter, Theme theme) {

  /** One that looks as usual. */
  public Integration(WorkspaceId workspace, IntegrationId id, String slug, Provider provider, String clientId,
      List<String> scopes,
      List<URI> returnUrls, Map<String, String> params, String applicationName, boolean proxyOnly,
      @Nullable URI apiBaseOverride, @Nullable Duration rotateAfter) {
    this(workspace, id, slug, provider, clientId, scopes, returnUrls, params, applicationName, proxyOnly, apiBaseOverride,
        rotateAfter, Theme.USUAL);
  }

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

  /** Whether a connection may have this value: known, not the operator's alone, not set here, matching its pattern (S21). */
  public boolean mayBeSet(String name, @Nullable String value, boolean byEndUser) {
    Optional<ProviderParameter> parameter = provider.parameter(name);
    if (parameter.isEmpty() || value == null || params.containsKey(name)) {
      return false;
    }
    boolean allowed = switch (parameter.get().setBy()) {
      case OPERATOR -> false;
      case APPLICATION -> !byEndUser;
      case END_USER -> true;
    };
    return allowed && parameter.get().pattern().matches(value);
  }

  /** The values that a credential is issued with and that are sealed with it: those for templates, of every parameter of the provider. */
  public Map<String, String> issuedParams(Map<String, String> connectionParams) {
    Map<String, String> values = new HashMap<>(templateValues(connectionParams));
    values.keySet().retainAll(provider.parameters().stream().map(ProviderParameter::name).toList());
    return Map.copyOf(values);
  }

  /**
   * This integration as it was for a credential: with the parameter values that are sealed with it in place of those set here, which may have
   * changed. Empty when its tokens would then not go to the origin that they are sealed to.
   *
   * @param issuedParams as {@link #issuedParams} returned them
   * @param tokenOrigin  as {@link #tokenOrigin} returned it
   */
  public Optional<Integration> asIssued(Map<String, String> issuedParams, String tokenOrigin) {
    Integration issued = new Integration(workspace, id, slug, provider, clientId, scopes, returnUrls, issuedParams,
        applicationName, proxyOnly, apiBaseOverride, rotateAfter, theme);
    EndpointTemplate refresh = provider.refresh().endpoint();
    try {
      boolean same = issued.tokenOrigin(Map.of()).equals(tokenOrigin) && (refresh == null
          || EndpointTemplate.originOf(refresh.resolve(issued.templateValues(Map.of()))).equals(tokenOrigin));
      return same ? Optional.of(issued) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // a parameter of the address is missing
    }
  }

  /**
   * The age at which keys of its connections are to be replaced: the shorter of what the provider's entry and this integration say; null: none,
   * or its connections have no keys.
   */
  public @Nullable Duration keysRotateAfter() {
    KeyProfile key = provider.key();
    if (key == null || provider.authType() == AuthType.CLIENT_CREDENTIALS) {
      return null; // of a connection's own client nobody knows since when it has its secret: each access token is set anew
    }
    Duration usual = key.rotateAfter();
    Duration own = rotateAfter;
    return usual == null || (own != null && own.compareTo(usual) < 0) ? own : usual;
  }

  /** When the key of a connection is to be replaced; null: no date is known, or its connections have no keys. */
  public @Nullable Rotation keyRotation(Instant setAt, @Nullable Instant expiresAt, Instant now) {
    return provider.key() == null || provider.authType() == AuthType.CLIENT_CREDENTIALS
        ? null
        : Rotation.of(keysRotateAfter(), setAt, expiresAt, now);
  }

  /** When its client secret is to be replaced; null: no date is known. */
  public @Nullable Rotation clientSecretRotation(Instant setAt, @Nullable Instant expiresAt, Instant now) {
    return provider.key() == null ? Rotation.of(rotateAfter, setAt, expiresAt, now) : null;
  }

  /** This integration as the client of one connection, whose id is not the integration's. */
  public Integration withClientId(String value) {
    return new Integration(workspace, id, slug, provider, value, scopes, returnUrls, params, applicationName, proxyOnly,
        apiBaseOverride, rotateAfter, theme);
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
    return connectionsFillTokenHost()
        ? "https://" + endpoint.host()
        : EndpointTemplate.originOf(endpoint.resolve(withPathPlaceholders(templateValues(Map.of()), endpoint)));
  }

  /**
   * The origin that the client secret must be sealed to for requests about a credential that is sealed to this token origin: where connections
   * fill the host it is the provider's template, otherwise no other than the credential's.
   */
  public String clientSecretOrigin(String tokenOrigin) {
    return connectionsFillTokenHost() ? clientSecretOrigin() : tokenOrigin;
  }

  /** A default does not fix a host that a connection may name otherwise. */
  private boolean connectionsFillTokenHost() {
    return provider.requireToken().endpoint().hostPlaceholders().stream()
        .anyMatch(name -> !params.containsKey(name) && provider.parameter(name)
            .filter(p -> p.setBy() == ProviderParameter.SetBy.OPERATOR && p.defaultValue() != null).isEmpty());
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
