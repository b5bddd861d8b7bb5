package dev.authpipe.proxy.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.egress.DirectOutbound;
import dev.authpipe.proxy.egress.LoopbackOutbound;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.secret.SigningKey;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http.RecordedRequest;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Client assertions (RFC 7523): one for each request, for one audience, for a minute. */
class ClientAssertionTest {
  private static final URI REDIRECT = URI.create("https://connect.example.com/callback/int_1");
  private static final KeyPair PAIR = new Randomness(new SecureRandom(), java.time.Instant::now).rsaKeyPair(3072);

  @TempDir
  Path directory;
  private final ManualClock clock = ManualClock.atNoon();
  private final Randomness randomness = new Randomness(new SecureRandom(), clock);
  private final ClientProof proof = ClientProof.of(new SigningKey("key-1", PAIR.getPrivate()));
  private final LoopbackServer server = LoopbackServer.start(exchange -> {
    exchange.bodyText();
    exchange.answer(Answer.json(200, "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"iss\":\"https://evil.example\","
        + "\"token_endpoint\":\"https://evil.example/token\"}"));
  });
  private final DirectOutbound outbound = LoopbackOutbound.to(server.origin());
  private final OAuthClient oauth = new OAuthClient(outbound, clock, randomness);

  @AfterEach
  void stop() {
    outbound.close();
    server.close();
  }

  @Test
  void itSaysWhoForWhomAndForAMinute() throws Exception {
    exchange(integration("token_endpoint", "jwt"));
    Map<String, List<String>> body = body(0);
    assertThat(body).containsEntry("client_id", List.of("client-1")).doesNotContainKey("client_secret")
        .containsEntry("client_assertion_type", List.of("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    assertThat(server.requests().getFirst().header("Authorization")).isEmpty();
    SignedJWT assertion = assertion(0);
    assertThat(assertion.verify(new RSASSAVerifier((RSAPublicKey) PAIR.getPublic()))).isTrue();
    assertThat(assertion.getHeader().toJSONObject()).containsOnlyKeys("alg", "kid", "typ").containsEntry("alg", "RS256")
        .containsEntry("kid", "key-1").containsEntry("typ", "JWT");
    JWTClaimsSet claims = assertion.getJWTClaimsSet();
    assertThat(claims.getClaims()).containsOnlyKeys("iss", "sub", "aud", "jti", "iat", "exp");
    assertThat(claims.getIssuer()).isEqualTo("client-1").isEqualTo(claims.getSubject());
    assertThat(claims.getIssueTime().toInstant()).isEqualTo(clock.instant());
    assertThat(claims.getExpirationTime().toInstant()).isEqualTo(clock.instant().plus(Duration.ofSeconds(60)));
    assertThat(claims.getJWTID()).hasSize(43);
  }

  @Test
  @Tag("S11")
  void theAudienceIsOneStringOfTheCatalogWhateverAnAnswerSaid() throws Exception {
    Integration toEndpoint = integration("token_endpoint", "jwt");
    exchange(toEndpoint);
    exchange(toEndpoint);
    oauth.refresh(toEndpoint, Map.of(), SecretText.of("rt"), List.of(), proof);
    oauth.revoke(toEndpoint, Map.of(), SecretText.of("rt"), Revoked.REFRESH_TOKEN, proof);
    exchange(integration("issuer", "client_authentication"));
    List<Object> audiences = new ArrayList<>();
    for (int i = 0; i < server.requests().size(); i++) {
      audiences.add(assertion(i).getPayload().toJSONObject().get("aud"));
    }
    String endpoint = server.origin() + "/token";
    assertThat(audiences).containsExactly(endpoint, endpoint, endpoint, endpoint, server.origin().toString());
    assertThat(assertion(4).getHeader().getType().getType()).isEqualTo("client-authentication+jwt");
  }

  @Test
  void eachRequestHasAFreshOne() throws Exception {
    Integration integration = integration("token_endpoint", "jwt");
    for (int i = 0; i < 5; i++) {
      oauth.refresh(integration, Map.of(), SecretText.of("rt"), List.of(), proof);
    }
    HashSet<String> ids = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      ids.add(assertion(i).getJWTClaimsSet().getJWTID());
    }
    assertThat(ids).hasSize(5);
  }

  @Test
  void aMissingKeyIsAMistakeAndNothingLeaves() {
    Integration integration = integration("token_endpoint", "jwt");
    assertThatThrownBy(() -> oauth.refresh(integration, Map.of(), SecretText.of("rt"), List.of(), ClientProof.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.requests()).isEmpty();
  }

  private void exchange(Integration integration) {
    assertThat(oauth.exchange(integration, Map.of(), SecretText.of("c/1"), SecretText.of("v".repeat(43)), REDIRECT, proof))
        .isInstanceOf(TokenOutcome.Granted.class);
  }

  private Map<String, List<String>> body(int request) {
    RecordedRequest made = server.requests().get(request);
    return URLUtils.parseParameters(made.bodyText());
  }

  private SignedJWT assertion(int request) throws java.text.ParseException {
    return SignedJWT.parse(java.util.Objects.requireNonNull(body(request).get("client_assertion")).getFirst());
  }

  private Integration integration(String audience, String type) {
    String text = """
        format: 1
        provider: keyed
        name: Keyed
        auth: oauth2
        verified: unverified
        last_verified: 2026-11-28
        issuer: {value: https://keyed.invalid, in_answer: false}
        authorize: {endpoint: https://keyed.invalid/authorize}
        token:
          endpoint: https://keyed.invalid/token
          client_authentication: private_key_jwt
          assertion_audience: %s
          assertion_type: %s
        revocation:
          endpoint: https://keyed.invalid/revoke
          client_authentication: private_key_jwt
          revokes: token
          order: [refresh_token, access_token]
        api: {base: https://keyed.invalid/api}
        """.formatted(audience, type);
    return new Integration(new WorkspaceId(randomness.uuidV7()), new IntegrationId(randomness.uuidV7()), "keyed",
        provider(text), "client-1", List.of(), List.of(), Map.of(), "Tasklight", false, null, null);
  }

  private Provider provider(String text) {
    try {
      Path file = Files.writeString(directory.resolve("keyed.yaml"), text);
      return Catalog.read(file, Map.of(URI.create("https://keyed.invalid"), server.origin()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
