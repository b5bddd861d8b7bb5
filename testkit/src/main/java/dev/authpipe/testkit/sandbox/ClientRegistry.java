package dev.authpipe.testkit.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.http.RecordedRequest;

/** The registered clients, and the check that a caller is one of them by its registered method and no other. */
final class ClientRegistry {

  private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final AuthorizationServerSettings settings;
  private final Map<String, RegisteredClient> clients = new ConcurrentHashMap<>();
  private final Set<String> usedAssertionIds = ConcurrentHashMap.newKeySet();

  ClientRegistry(AuthorizationServerSettings settings) {
    this.settings = settings;
  }

  void register(RegisteredClient client) {
    clients.put(client.clientId(), client);
  }

  Optional<RegisteredClient> find(String clientId) {
    return Optional.ofNullable(clients.get(clientId));
  }

  /** The caller, or {@code invalid_client}; more than one proof in a request is refused (RFC 6749, section 2.3). */
  RegisteredClient authenticate(RecordedRequest request, FormParameters form, String issuer, String tokenEndpoint) {
    var basic = request.header("Authorization").map(ClientRegistry::basic);
    var post = form.single("client_secret").map(ConcealedText::of);
    var assertion = form.single("client_assertion").map(ConcealedText::of);
    if ((basic.isPresent() ? 1 : 0) + (post.isPresent() ? 1 : 0) + (assertion.isPresent() ? 1 : 0) > 1) {
      throw OAuthRefusal.of("invalid_request", "more than one client authentication");
    }
    var clientId = basic.map(Proof::clientId).or(() -> form.single("client_id")).or(() -> assertion.map(ClientRegistry::subject))
        .orElseThrow(() -> OAuthRefusal.invalidClient("no client named"));
    var client = find(clientId).orElseThrow(() -> OAuthRefusal.invalidClient("unknown client"));
    var accepted = switch (client.authentication()) {
      case ClientAuthentication.Basic expected ->
        basic.map(Proof::clientSecret).filter(expected.clientSecret()::equals).isPresent();
      case ClientAuthentication.Post expected -> post.filter(expected.clientSecret()::equals).isPresent();
      case ClientAuthentication.PrivateKeyJwt expected ->
        form.single("client_assertion_type").filter(ASSERTION_TYPE::equals).isPresent()
            && assertion.filter(jwt -> proves(jwt, client, expected.publicKey(), issuer, tokenEndpoint)).isPresent();
      case ClientAuthentication.None _ -> basic.isEmpty() && post.isEmpty() && assertion.isEmpty();
    };
    if (!accepted) {
      throw OAuthRefusal.invalidClient("client authentication failed");
    }
    return client;
  }

  private record Proof(String clientId, ConcealedText clientSecret) {}

  private static Proof basic(String authorization) {
    if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      throw OAuthRefusal.invalidClient("not basic authentication");
    }
    try {
      var pair = new String(Base64.getDecoder().decode(authorization.substring(6).strip()), StandardCharsets.UTF_8);
      var colon = pair.indexOf(':');
      if (colon < 0) {
        throw OAuthRefusal.invalidClient("not basic authentication");
      }
      return new Proof(URLDecoder.decode(pair.substring(0, colon), StandardCharsets.UTF_8),
          ConcealedText.of(URLDecoder.decode(pair.substring(colon + 1), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      throw OAuthRefusal.invalidClient("not basic authentication");
    }
  }

  private static String subject(ConcealedText assertion) {
    try {
      var subject = SignedJWT.parse(assertion.reveal()).getJWTClaimsSet().getSubject();
      return subject == null ? "" : subject;
    } catch (ParseException e) {
      throw OAuthRefusal.invalidClient("not a client assertion");
    }
  }

  /** RFC 7523, section 3: issuer and subject are the client, one audience string, unexpired, never seen before. */
  private boolean proves(ConcealedText assertion, RegisteredClient client, JWK publicKey, String issuer, String tokenEndpoint) {
    try {
      var jwt = SignedJWT.parse(assertion.reveal());
      var claims = jwt.getJWTClaimsSet();
      var expiry = claims.getExpirationTime();
      var id = claims.getJWTID();
      return jwt.verify(verifier(publicKey)) && client.clientId().equals(claims.getIssuer())
          && client.clientId().equals(claims.getSubject())
          && jwt.getPayload().toJSONObject().get("aud") instanceof String && accepts(claims.getAudience(), issuer, tokenEndpoint)
          && expiry != null && settings.clock().instant().isBefore(expiry.toInstant())
          && id != null && usedAssertionIds.add(client.clientId() + " " + id);
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }

  private boolean accepts(List<String> audience, String issuer, String tokenEndpoint) {
    var only = audience.getFirst();
    return switch (settings.assertionAudience()) {
      case ISSUER -> only.equals(issuer);
      case TOKEN_ENDPOINT -> only.equals(tokenEndpoint);
      case EITHER -> only.equals(issuer) || only.equals(tokenEndpoint);
    };
  }

  private static JWSVerifier verifier(JWK publicKey) throws JOSEException {
    return switch (publicKey) {
      case RSAKey rsa -> new RSASSAVerifier(rsa);
      case ECKey ec -> new ECDSAVerifier(ec);
      default -> throw new JOSEException("only RSA and EC keys");
    };
  }
}
