package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.MultivaluedMapUtils;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.AuthorizeProfile;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.PkceLevel;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.secret.SecretText;

/** Writes an authorization request (RFC 6749 section 4.1.1) as the profile says. Never lets a fixed parameter replace a protocol one. */
final class AuthorizationQuery {
  private AuthorizationQuery() {}

  static Map<String, String> of(Integration integration, Map<String, String> params, List<String> scopes, SecretText state,
      @Nullable CodeVerifier verifier, URI redirectUri) {
    AuthorizeProfile profile = integration.provider().requireAuthorize();
    if ((integration.provider().pkce() == PkceLevel.S256) != (verifier != null)) {
      throw new IllegalArgumentException("PKCE is used exactly where the profile does not forbid it");
    }
    AuthorizationRequest.Builder builder = new AuthorizationRequest.Builder(ResponseType.CODE,
        new ClientID(integration.clientId()))
        .responseMode(ResponseMode.QUERY).redirectionURI(redirectUri).state(new State(state.expose()));
    if (verifier != null) {
      builder.codeChallenge(verifier, CodeChallengeMethod.S256);
    }
    Map<String, String> protocol = MultivaluedMapUtils.toSingleValuedMap(builder.build().toParameters());
    Map<String, String> query = new LinkedHashMap<>(profile.parameters());
    query.putAll(OAuthClient.sentParameters(integration, params, ProviderParameter.Use.AUTHORIZE_QUERY));
    protocol.forEach((name, value) -> query.put(name.equals("client_id") ? profile.clientIdParameter() : name, value));
    if (!scopes.isEmpty()) {
      query.put(profile.scopeParameter(), String.join(profile.scopeSeparator(), scopes));
    }
    return query;
  }

  /** The endpoint with these parameters after whatever its own query holds. */
  static URI address(URI endpoint, Map<String, String> query) {
    Map<String, List<String>> multi = new LinkedHashMap<>();
    query.forEach((name, value) -> multi.put(name, List.of(value)));
    String joiner = endpoint.getRawQuery() == null ? "?" : "&";
    return URI.create(endpoint + joiner + URLUtils.serializeParameters(multi));
  }
}
