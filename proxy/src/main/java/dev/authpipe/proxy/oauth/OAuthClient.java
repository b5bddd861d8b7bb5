package dev.authpipe.proxy.oauth;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.AuthorizeProfile;
import dev.authpipe.proxy.catalog.ClientCredentialsProfile;
import dev.authpipe.proxy.catalog.EndpointTemplate;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.ProviderParameter;
import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.catalog.RevocationProfile;
import dev.authpipe.proxy.catalog.TokenProfile;
import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The OAuth client of every integration: authorization request (RFC 6749, 7636, 9126), token endpoint, revocation (RFC 7009) and reading who
 * granted. Never follows a redirect, never stores anything, never decides whether to repeat. Each method blocks for at most 20 s: on virtual
 * threads only. Connection parameters ({@code params}) must have matched their patterns. Thread-safe.
 */
@Singleton
public final class OAuthClient {
  /** Read beyond what is accepted, so that tokens in an answer that is too large can still be revoked. */
  private static final int READ_LIMIT = 4 * TokenAnswerReader.LARGEST;
  private static final Duration LONGEST_DEADLINE = Duration.ofSeconds(20);

  private final Outbound outbound;
  private final Clock clock;
  private final Assertions assertions;
  private final ProviderReader reader;

  /** @param randomness for ids of client assertions */
  public OAuthClient(Outbound outbound, Clock clock, Randomness randomness) {
    this.outbound = outbound;
    this.clock = clock;
    this.assertions = new Assertions(clock, randomness);
    this.reader = new ProviderReader(outbound);
  }

  /**
   * The address that starts an authorization, pushed first where the provider offers that. {@code response_mode} is always {@code query}.
   *
   * @param verifier     the PKCE verifier, of which only the S256 challenge leaves; null exactly where the profile forbids PKCE
   * @param proof        of the client, for the pushed request
   */
  public AuthorizationOutcome authorize(Integration integration, Map<String, String> params, List<String> scopes,
      SecretText state,
      @Nullable SecretText verifier, URI redirectUri, ClientProof proof) {
    Map<String, String> query = AuthorizationQuery.of(integration, params, scopes, state,
        verifier == null ? null : new CodeVerifier(verifier.expose()), redirectUri);
    AuthorizeProfile profile = integration.provider().requireAuthorize();
    URI endpoint = profile.endpoint().resolve(integration.templateValues(params));
    EndpointTemplate push = profile.pushedRequestEndpoint();
    if (push == null) {
      return new AuthorizationOutcome.Ready(AuthorizationQuery.address(endpoint, query));
    }
    OAuthRequest request = new OAuthRequest(integration, "POST", push.resolve(integration.templateValues(params)))
        .authenticated(integration.provider().requireToken().clientAuthentication(), proof, assertions, params);
    query.forEach((name, value) -> request.parameter(name, SecretText.of(value)));
    return new PushedRequest(outbound).push(request.build(LONGEST_DEADLINE), endpoint, integration);
  }

  /**
   * Exchanges an authorization code (RFC 6749 section 4.1.3). One call, never repeated here.
   *
   * @param verifier     as given to {@link #authorize}
   * @param proof        of the client
   */
  public TokenOutcome exchange(Integration integration, Map<String, String> params, SecretText code,
      @Nullable SecretText verifier,
      URI redirectUri, ClientProof proof) {
    OAuthRequest request = tokenRequest(integration, integration.tokenEndpoint(params), params, proof,
        sentParameters(integration, params, ProviderParameter.Use.TOKEN_BODY))
        .parameter("grant_type", SecretText.of("authorization_code")).parameter("code", code)
        .parameter("redirect_uri", SecretText.of(redirectUri.toString()));
    if (verifier != null) {
      request.parameter("code_verifier", verifier);
    }
    return send(integration, request);
  }

  /**
   * Uses a refresh token (RFC 6749 section 6). One call, never repeated here.
   *
   * @param scopes       the granted scopes, sent only where the profile says so
   * @param proof        of the client
   */
  public TokenOutcome refresh(Integration integration, Map<String, String> params, SecretText refreshToken, List<String> scopes,
      ClientProof proof) {
    RefreshProfile profile = integration.provider().refresh();
    EndpointTemplate own = profile.endpoint();
    URI endpoint = own == null ? integration.tokenEndpoint(params) : own.resolve(integration.templateValues(params));
    OAuthRequest request = tokenRequest(integration, endpoint, params, proof,
        sentParameters(integration, params, ProviderParameter.Use.REFRESH_BODY))
        .parameter("grant_type", SecretText.of("refresh_token")).parameter("refresh_token", refreshToken);
    if (profile.sendsScopes() && !scopes.isEmpty()) {
      String separator = integration.provider().requireAuthorize().scopeSeparator();
      request.parameter("scope", SecretText.of(String.join(separator, scopes)));
    }
    profile.parameters().forEach((name, value) -> request.parameter(name, SecretText.of(value)));
    return send(integration, request);
  }

  /**
   * Mints an access token for a client that acts for itself (RFC 6749 section 4.4). One call, never repeated here. A refresh token in the answer
   * is ignored (section 4.4.3).
   *
   * @param integration with the client id of the client that asks
   * @param scopes      asked for; empty: the provider's usual ones
   * @param proof       of that client
   */
  public TokenOutcome mint(Integration integration, Map<String, String> params, List<String> scopes, ClientProof proof) {
    ClientCredentialsProfile profile = integration.provider().requireMinting();
    OAuthRequest request = tokenRequest(integration, integration.tokenEndpoint(params), params, proof,
        sentParameters(integration, params, ProviderParameter.Use.TOKEN_BODY)).parameter("grant_type",
            SecretText.of(profile.grantType()));
    if (!scopes.isEmpty()) {
      request.parameter(profile.scopeParameter(), SecretText.of(String.join(profile.scopeSeparator(), scopes)));
    }
    TokenOutcome answer = send(integration, request);
    return answer instanceof TokenOutcome.Granted(TokenGrant grant)
        ? new TokenOutcome.Granted(grant.withoutRefreshToken())
        : answer;
  }

  /**
   * Asks the provider to end one token, in the manner of its profile.
   *
   * @param kind         what the token is
   * @param proof        of the client
   */
  public RevocationOutcome revoke(Integration integration, Map<String, String> params, SecretText tokenToRevoke,
      RevocationProfile.Revoked kind, ClientProof proof) {
    RevocationProfile profile = integration.provider().revocation();
    if (profile == null || !profile.order().contains(kind)) {
      return new RevocationOutcome.NotSupported();
    }
    return new Revoking(outbound, clock, assertions).revoke(integration, profile, params, tokenToRevoke, kind, proof);
  }

  /** Which account at the provider this grant speaks for, from the token answer or by asking with its access token. */
  public AccountOutcome account(Integration integration, Map<String, String> params, TokenGrant grant) {
    return reader.account(integration, params, grant);
  }

  /**
   * As {@link #account(Integration, Map, TokenGrant)} for providers that take keys.
   *
   * @param headerValue the value of the profile's injection header, credential included
   */
  public AccountOutcome account(Integration integration, Map<String, String> params, SecretText headerValue) {
    return reader.account(integration, params, headerValue);
  }

  /**
   * Whether the end user behind an access token controls what a callback parameter named.
   *
   * @param value as received in the callback, already matched with its pattern
   */
  public ProofOutcome prove(Integration integration, Map<String, String> params, AuthorizeProfile.Proof proof,
      SecretText accessToken,
      String value) {
    return reader.prove(integration, params, proof, accessToken, value);
  }

  private OAuthRequest tokenRequest(Integration integration, URI endpoint, Map<String, String> params, ClientProof proof,
      Map<String, String> sent) {
    TokenProfile profile = integration.provider().requireToken();
    OAuthRequest request = new OAuthRequest(integration, "POST", endpoint).form(profile.bodyForm()).headers(profile.headers())
        .authenticated(profile.clientAuthentication(), proof, assertions, params);
    profile.parameters().forEach((name, value) -> request.parameter(name, SecretText.of(value)));
    sent.forEach((name, value) -> request.parameter(name, SecretText.of(value)));
    return request;
  }

  private TokenOutcome send(Integration integration, OAuthRequest request) {
    Duration timeout = integration.provider().requireToken().timeout();
    OutboundRequest built = request.build(timeout.compareTo(LONGEST_DEADLINE) < 0 ? timeout : LONGEST_DEADLINE)
        .withAnswerLimit(READ_LIMIT);
    try {
      return new TokenAnswerReader(integration.provider(), clock.instant()).read(outbound.exchange(built));
    } catch (OutboundException failure) {
      String reason = failure.failure().name().toLowerCase(java.util.Locale.ROOT);
      if (failure.failure() == OutboundException.Failure.TOO_LARGE) {
        return new TokenOutcome.Malformed("too_large", 0, List.of());
      }
      return failure.sent() == OutboundException.Sent.NOT_SENT
          ? new TokenOutcome.NotSent(reason)
          : new TokenOutcome.Unknown(reason);
    }
  }

  /** Provider parameters that travel under a name of their own. */
  static Map<String, String> sentParameters(Integration integration, Map<String, String> params, ProviderParameter.Use use) {
    Map<String, String> values = integration.templateValues(params);
    Map<String, String> sent = new LinkedHashMap<>();
    for (ProviderParameter parameter : integration.provider().parameters()) {
      String name = parameter.sendAs();
      if (name != null && parameter.uses().contains(use) && values.containsKey(parameter.name())) {
        sent.put(name, Objects.requireNonNull(values.get(parameter.name())));
      }
    }
    return sent;
  }
}
