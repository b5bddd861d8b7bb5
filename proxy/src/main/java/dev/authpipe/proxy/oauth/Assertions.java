package dev.authpipe.proxy.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

import dev.authpipe.proxy.catalog.AssertionProfile;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.IssuerProfile;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.secret.SigningKey;

/**
 * Makes client assertions (RFC 7521 section 4.2, RFC 7523 section 3, OpenID Connect Core section 9), each for one request. The audience is one
 * string, of the catalog; must never be anything that an answer said.
 */
final class Assertions {
  /** Value of {@code client_assertion_type}. */
  static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  /** From {@code iat} to {@code exp}. */
  static final Duration LIFETIME = Duration.ofSeconds(60);

  private final Clock clock;
  private final Randomness randomness;

  Assertions(Clock clock, Randomness randomness) {
    this.clock = clock;
    this.randomness = randomness;
  }

  /** A fresh assertion that the integration's client is who it says. */
  SecretText sign(Integration integration, Map<String, String> params, SigningKey key) {
    AssertionProfile profile = integration.provider().requireToken().assertion();
    Instant now = clock.instant();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.keyId())
        .type(new JOSEObjectType(profile.type().header())).build();
    JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer(integration.clientId()).subject(integration.clientId())
        .audience(audience(profile, integration, params)).jwtID(randomness.base64url256().expose()).issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(LIFETIME))).build();
    SignedJWT assertion = new SignedJWT(header, claims);
    try {
      assertion.sign(new RSASSASigner(key.expose()));
    } catch (JOSEException failed) {
      throw new IllegalStateException("an assertion could not be signed", failed);
    }
    return SecretText.of(assertion.serialize());
  }

  private static String audience(AssertionProfile profile, Integration integration, Map<String, String> params) {
    IssuerProfile issuer = integration.provider().issuer();
    return profile.audience() == AssertionProfile.Audience.ISSUER && issuer != null
        ? issuer.issuer().resolve(integration.templateValues(params)).toString()
        : integration.tokenEndpoint(params).toString();
  }
}
