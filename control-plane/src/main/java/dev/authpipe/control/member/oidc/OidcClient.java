package dev.authpipe.control.member.oidc;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.egress.Outbound;
import dev.authpipe.control.egress.OutboundException;
import dev.authpipe.control.secret.SecretText;

/**
 * Authorization code flow with PKCE, state, nonce and issuer check (OpenID Connect Core 1.0, RFC 7636, RFC 9207). Never keeps a token: the ID
 * token is read once. Each method blocks. Thread-safe.
 */
public final class OidcClient {
  private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256,
      JWSAlgorithm.EdDSA);

  private static final Duration KEPT = Duration.ofMinutes(10);

  private final OidcSettings settings;
  private final URI redirectUri;
  private final Outbound outbound;
  private final Cache<URI, OIDCProviderMetadata> known;

  /**
   * @param publicUrl the origin under which browsers reach us
   * @param ticker    elapsed time
   */
  public OidcClient(OidcSettings settings, URI publicUrl, Outbound outbound, Ticker ticker) {
    this.settings = settings;
    this.redirectUri = publicUrl.resolve(OidcSettings.CALLBACK);
    this.outbound = outbound;
    this.known = Caffeine.newBuilder().maximumSize(1).expireAfterWrite(KEPT).ticker(ticker).build();
  }

  /** What the button says. */
  public String name() {
    return settings.name();
  }

  /**
   * Asks the provider for its description and its keys.
   *
   * @throws OidcException if it does not have them for us
   */
  public void reach() {
    try {
      JWKSet.parse(get(metadata().getJWKSetURI()));
    } catch (ParseException unreadable) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
  }

  /** Where to send the browser. */
  public URI authorize(OidcTransaction transaction) {
    return new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "email", "profile"),
        new ClientID(settings.clientId()), redirectUri).endpointURI(metadata().getAuthorizationEndpointURI())
        .state(new State(transaction.state().expose())).nonce(new Nonce(transaction.nonce().expose()))
        .codeChallenge(new CodeVerifier(transaction.codeVerifier().expose()), CodeChallengeMethod.S256).build().toURI();
  }

  /**
   * Reads what the browser brought back.
   *
   * @param query the parameters of the callback
   * @throws OidcException if nobody is to be signed in by it
   */
  public OidcAnswer finish(OidcTransaction transaction, Map<String, List<String>> query) {
    OIDCProviderMetadata metadata = metadata();
    AuthorizationCode code = code(transaction, query, metadata);
    try {
      AuthorizationCodeGrant grant = new AuthorizationCodeGrant(code, redirectUri,
          new CodeVerifier(transaction.codeVerifier().expose()));
      Supplier<SecretText> secret = settings.clientSecret();
      ClientID client = new ClientID(settings.clientId());
      TokenRequest request = secret == null
          ? new TokenRequest.Builder(metadata.getTokenEndpointURI(), client, grant).build()
          : new TokenRequest.Builder(metadata.getTokenEndpointURI(),
              new ClientSecretBasic(client, new Secret(secret.get().expose())),
              grant).build();
      if (!(OIDCTokenResponseParser.parse(exchange(request.toHTTPRequest())) instanceof OIDCTokenResponse granted)) {
        throw new OidcException(OidcException.Reason.REFUSED);
      }
      IDTokenClaimsSet claims = validated(metadata, granted.getOIDCTokens().getIDToken(),
          new Nonce(transaction.nonce().expose()));
      return claims.getClaim("email") != null
          ? answer(claims)
          : answer(userInfo(metadata, granted.getOIDCTokens().getBearerAccessToken(), claims));
    } catch (com.nimbusds.oauth2.sdk.ParseException unreadable) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
  }

  private AuthorizationCode code(OidcTransaction transaction, Map<String, List<String>> query, OIDCProviderMetadata metadata) {
    try {
      AuthenticationResponse response = AuthenticationResponseParser.parse(redirectUri, query);
      State state = response.getState();
      if (state == null || !SecretText.of(state.getValue()).equals(transaction.state())) {
        throw new OidcException(OidcException.Reason.REFUSED);
      }
      Issuer issuer = response.getIssuer();
      boolean wrongIssuer = issuer == null
          ? metadata.supportsAuthorizationResponseIssuerParam()
          : !issuer.getValue().equals(settings.issuer().toString());
      AuthorizationCode code = response.indicatesSuccess() ? response.toSuccessResponse().getAuthorizationCode() : null;
      if (wrongIssuer || code == null) {
        throw new OidcException(OidcException.Reason.REFUSED);
      }
      return code;
    } catch (com.nimbusds.oauth2.sdk.ParseException malformed) {
      throw new OidcException(OidcException.Reason.REFUSED);
    }
  }

  private IDTokenClaimsSet validated(OIDCProviderMetadata metadata, JWT idToken, Nonce nonce) {
    try {
      if (!(idToken.getHeader().getAlgorithm() instanceof JWSAlgorithm algorithm) || !ALGORITHMS.contains(algorithm)) {
        throw new OidcException(OidcException.Reason.REFUSED);
      }
      JWKSet keys = JWKSet.parse(get(metadata.getJWKSetURI()));
      return new IDTokenValidator(new Issuer(settings.issuer()), new ClientID(settings.clientId()), algorithm, keys)
          .validate(idToken, nonce);
    } catch (BadJOSEException | JOSEException refused) {
      throw new OidcException(OidcException.Reason.REFUSED);
    } catch (ParseException unreadable) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
  }

  /** Providers may keep the address out of the ID token; what comes from elsewhere must be about the same subject (Core section 5.3.2). */
  private ClaimsSet userInfo(OIDCProviderMetadata metadata, @Nullable BearerAccessToken accessToken, IDTokenClaimsSet claims)
      throws com.nimbusds.oauth2.sdk.ParseException {
    URI endpoint = metadata.getUserInfoEndpointURI();
    if (endpoint == null || accessToken == null) {
      return claims;
    }
    Outbound.Answer answer = call("GET", endpoint,
        Map.of("Accept", "application/json", "Authorization", accessToken.toAuthorizationHeader()), null);
    if (answer.status() != 200) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
    UserInfo info = UserInfo.parse(answer.text());
    if (!info.getSubject().equals(claims.getSubject())) {
      throw new OidcException(OidcException.Reason.REFUSED);
    }
    info.setClaim("iss", claims.getIssuer().getValue());
    return info;
  }

  private static OidcAnswer answer(ClaimsSet claims) {
    String email = Boolean.TRUE.equals(claims.getBooleanClaim("email_verified")) ? claims.getStringClaim("email") : null;
    return new OidcAnswer(claims.getStringClaim("iss"), claims.getStringClaim("sub"), email, claims.getStringClaim("name"));
  }

  /** Kept for a while, for strangers begin sign-ins as they like. */
  private OIDCProviderMetadata metadata() {
    return known.get(settings.issuer(), _ -> discover());
  }

  private OIDCProviderMetadata discover() {
    try {
      OIDCProviderMetadata metadata = OIDCProviderMetadata
          .parse(get(URI.create(settings.issuer() + "/.well-known/openid-configuration")));
      if (!metadata.getIssuer().getValue().equals(settings.issuer().toString())) {
        throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
      }
      return metadata;
    } catch (com.nimbusds.oauth2.sdk.ParseException unreadable) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
  }

  private String get(@Nullable URI target) {
    if (target == null) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
    Outbound.Answer answer = call("GET", target, Map.of("Accept", "application/json"), null);
    if (answer.status() != 200) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
    return answer.text();
  }

  private HTTPResponse exchange(HTTPRequest request) throws com.nimbusds.oauth2.sdk.ParseException {
    Map<String, String> headers = new HashMap<>();
    request.getHeaderMap().forEach((name, values) -> headers.put(name, String.join(", ", values)));
    String body = request.getBody();
    try {
      Outbound.Answer answer = call(request.getMethod().name(), request.getURL().toURI(), headers,
          body == null ? null : body.getBytes(StandardCharsets.UTF_8));
      HTTPResponse response = new HTTPResponse(answer.status());
      response.setContentType(answer.contentType());
      response.setBody(answer.text());
      return response;
    } catch (URISyntaxException wrong) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
  }

  private Outbound.Answer call(String method, URI target, Map<String, String> headers, byte @Nullable [] body) {
    try {
      return outbound.call(method, target, headers, body);
    } catch (OutboundException failure) {
      throw new OidcException(OidcException.Reason.PROVIDER_UNAVAILABLE);
    }
  }
}
