package dev.authpipe.sdk.spring;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.ClientAuthorizationRequiredException;
import org.springframework.security.oauth2.client.OAuth2AuthorizationFailureHandler;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2Error;

import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.value.IssuedAccessToken;

/**
 * Answers authorized clients whose access tokens are the proxy's: kept fresh there, read when they are needed, for the signed-in end user
 * alone. Has no refresh token and no client secret, and stores nothing but what {@link dev.authpipe.sdk.AccessTokens} keeps for a minute.
 *
 * <p>An end user who has to connect (again) ends in {@link ClientAuthorizationRequiredException}: start a connect session for them. Every
 * other refusal is a {@link ClientAuthorizationException} with the proxy's error code and the {@link AuthpipeException} as its cause.
 */
public final class AuthpipeAuthorizedClientManager implements OAuth2AuthorizedClientManager, OAuth2AuthorizationFailureHandler {

  private static final AuthorizationGrantType GRANT = new AuthorizationGrantType("urn:authpipe:connection");

  private final Authpipe authpipe;
  private final UserConnections connections;

  /**
   * A manager over a client of the proxy.
   *
   * @param authpipe    whose API key has the scope {@code tokens:read}
   * @param connections which connection stands for a client registration
   */
  public AuthpipeAuthorizedClientManager(Authpipe authpipe, UserConnections connections) {
    this.authpipe = Objects.requireNonNull(authpipe, "authpipe");
    this.connections = Objects.requireNonNull(connections, "connections");
  }

  /**
   * Reads an access token for who is signed in.
   *
   * @param request names the client registration and the principal
   * @return the authorized client; null when the registration is none of Authpipe's
   * @throws ClientAuthorizationRequiredException when the end user has to connect, or to connect again
   * @throws ClientAuthorizationException         when the access token cannot be had for another reason
   */
  @Override
  public @Nullable OAuth2AuthorizedClient authorize(OAuth2AuthorizeRequest request) {
    String registration = request.getClientRegistrationId();
    if (!connections.supports(registration)) {
      return null;
    }
    Authentication principal = request.getPrincipal();
    UserConnection mine = connections.find(registration, principal)
        .orElseThrow(() -> new ClientAuthorizationRequiredException(registration));
    try {
      IssuedAccessToken issued = authpipe.accessTokens().get(mine.connection(), mine.endUser());
      return new OAuth2AuthorizedClient(registration(registration), principal.getName(), accessToken(registration, issued));
    } catch (AuthpipeException refusal) {
      throw needsTheEndUser(refusal) ? required(registration, refusal) : failed(registration, refusal);
    }
  }

  /**
   * Forgets what is kept of the connection whose access token a provider refused, so that the next one comes from the proxy.
   *
   * @param failure    names the client registration, else nothing is done
   * @param principal  who was signed in
   * @param attributes not looked at
   */
  @Override
  public void onAuthorizationFailure(OAuth2AuthorizationException failure, Authentication principal,
      Map<String, Object> attributes) {
    if (failure instanceof ClientAuthorizationException of && connections.supports(of.getClientRegistrationId())) {
      Optional<UserConnection> mine = connections.find(of.getClientRegistrationId(), principal);
      mine.ifPresent(one -> authpipe.accessTokens().invalidate(one.connection()));
    }
  }

  private static ClientRegistration registration(String id) {
    return ClientRegistration.withRegistrationId(id).clientId(id).authorizationGrantType(GRANT).build();
  }

  private static OAuth2AccessToken accessToken(String registration, IssuedAccessToken issued) {
    if (!OAuth2AccessToken.TokenType.BEARER.getValue().equalsIgnoreCase(issued.tokenType())) {
      throw new ClientAuthorizationException(
          new OAuth2Error("unsupported_token_type", "only a proxied call can send an access token of this type", null),
          registration);
    }
    return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, issued.accessToken().reveal(), null, issued.expiresAt(),
        issued.scopes());
  }

  private static boolean needsTheEndUser(AuthpipeException refusal) {
    return refusal instanceof NotFoundException
        || (refusal instanceof ConnectionUnusableException && !refusal.code().equals(ErrorCode.REFRESH_BACKOFF));
  }

  private static ClientAuthorizationException required(String registration, AuthpipeException refusal) {
    ClientAuthorizationException required = new ClientAuthorizationRequiredException(registration);
    required.initCause(refusal);
    return required;
  }

  private static ClientAuthorizationException failed(String registration, AuthpipeException refusal) {
    return new ClientAuthorizationException(new OAuth2Error(refusal.code().value(), refusal.problem().detail(), null),
        registration,
        refusal);
  }
}
