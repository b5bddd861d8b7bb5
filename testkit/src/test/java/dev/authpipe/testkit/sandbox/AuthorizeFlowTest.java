package dev.authpipe.testkit.sandbox;

import static dev.authpipe.testkit.sandbox.TestClient.CHALLENGE;
import static dev.authpipe.testkit.sandbox.TestClient.REDIRECT_URI;
import static dev.authpipe.testkit.sandbox.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.TestCertificates;
import dev.authpipe.testkit.browser.BrowserLike;

class AuthorizeFlowTest {

  private final ManualClock clock = ManualClock.atNoon();
  private final ScriptedAuthorizationServer server = ScriptedAuthorizationServer.start(new AuthorizationServerSettings(clock));
  private final TestClient client = new TestClient(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void personReadsWhoAsksForWhatAndAllowsOrDenies() {
    server.settings().consentPage(true);
    try (var browser = BrowserLike.fresh()) {
      var page = browser.open(authorization());
      assertThat(page.text()).contains("Acme Notes asks for access").contains("issues:read").contains("Ada Okafor");
      assertThat(page.header("Content-Security-Policy").orElseThrow()).contains("default-src 'none'");

      var bruno = server.accounts().get(1).id();
      var allowed = browser.submitUntil(page.form().with("account", bruno).with("decision", "allow"), this::isCallback);
      assertThat(allowed.stoppedAt().orElseThrow().getQuery()).startsWith("code=sbx_code_").contains("state=s1")
          .endsWith("iss=" + server.issuer());
      assertThat(browser.submit(page.form().with("account", bruno).with("decision", "allow")).status()).isEqualTo(400);

      var denied = browser.submitUntil(browser.open(authorization()).form().with("decision", "deny"), this::isCallback);
      assertThat(denied.stoppedAt().orElseThrow().getQuery()).startsWith("error=access_denied&state=s1");
    }
  }

  @Test
  void consentPageEscapesTheNameOfTheClient() {
    server.settings().consentPage(true);
    server.registerClient(new RegisteredClient(client.registration().clientId(), "<script>x</script>",
        new ClientAuthentication.None(), Set.of(REDIRECT_URI)));
    try (var browser = BrowserLike.fresh()) {
      assertThat(browser.open(authorization()).body()).doesNotContain("<script").contains("&lt;script&gt;");
    }
  }

  @Test
  void pushedRequestIsUsedOnceAndExpires() {
    server.settings().parRequired(true);
    assertThat(client.get(authorization()).statusCode()).isEqualTo(400);
    var parameters = Map.of("response_type", "code", "client_id", client.registration().clientId(), "redirect_uri", REDIRECT_URI,
        "code_challenge",
        CHALLENGE, "code_challenge_method", "S256");
    var pushed = client.post(server.parEndpoint(), parameters);
    assertThat(pushed.statusCode()).isEqualTo(201);
    var address = URI.create(server.authorizationEndpoint() + "?client_id=" + client.registration().clientId() + "&request_uri="
        + json(pushed).path("request_uri").asText());

    assertThat(client.get(address).statusCode()).isEqualTo(303);
    assertThat(client.get(address).statusCode()).isEqualTo(400);
    var late = json(client.post(server.parEndpoint(), parameters)).path("request_uri").asText();
    clock.advance(Duration.ofSeconds(60));
    assertThat(client
        .get(URI
            .create(server.authorizationEndpoint() + "?client_id=" + client.registration().clientId() + "&request_uri=" + late))
        .statusCode())
        .isEqualTo(400);
  }

  @Test
  void clientAssertionNeedsOneKnownAudienceAndIsUsedOnce() throws JOSEException {
    var key = new RSAKeyGenerator(2048).keyID("k1").generate();
    server.registerClient(new RegisteredClient("signer", "Signer", new ClientAuthentication.PrivateKeyJwt(key.toPublicJWK()),
        Set.of(REDIRECT_URI)));
    var good = assertion(key, List.of(server.issuer()), "1");

    assertThat(errorWith(good)).isEqualTo("invalid_grant");
    assertThat(errorWith(good)).isEqualTo("invalid_client");
    assertThat(errorWith(assertion(key, List.of(server.issuer(), "https://other.example"), "2"))).isEqualTo("invalid_client");
    assertThat(errorWith(assertion(key, List.of("https://other.example"), "3"))).isEqualTo("invalid_client");
    server.settings().assertionAudience(AssertionAudience.TOKEN_ENDPOINT);
    assertThat(errorWith(assertion(key, List.of(server.issuer()), "4"))).isEqualTo("invalid_client");
    assertThat(errorWith(assertion(new RSAKeyGenerator(2048).generate(), List.of(server.tokenEndpoint().toString()), "5")))
        .isEqualTo("invalid_client");
    assertThat(errorWith(assertion(key, List.of(server.tokenEndpoint().toString()), "6"))).isEqualTo("invalid_grant");
  }

  @Test
  void clientIsHeldToItsOwnMethod() {
    var secret = ((ClientAuthentication.Basic) client.registration().authentication()).clientSecret().reveal();
    var form = Map.of("grant_type", "refresh_token", "refresh_token", "x", "client_id", client.registration().clientId(),
        "client_secret", secret);

    assertThat(json(unauthenticated(form)).path("error").asText()).isEqualTo("invalid_client");
    assertThat(json(client.token(form)).path("error").asText()).isEqualTo("invalid_request");
    server.registerClient(new RegisteredClient(client.registration().clientId(), "Acme Notes",
        new ClientAuthentication.Post(dev.authpipe.testkit.ConcealedText.of(secret)), Set.of(REDIRECT_URI)));
    assertThat(json(unauthenticated(form)).path("error").asText()).isEqualTo("invalid_grant");
  }

  @Test
  void providerSpeaksTlsUnderItsHostName() {
    var certificates = TestCertificates.create();
    var settings = new AuthorizationServerSettings(clock).tls(certificates.issue("localhost").context()).hostName("localhost");
    try (var secured = ScriptedAuthorizationServer.start(settings);
        var browser = BrowserLike.trusting(certificates.trustingContext())) {
      assertThat(secured.issuer()).startsWith("https://localhost:");
      assertThat(browser.open(secured.metadataDocument()).body()).contains("\"issuer\":\"" + secured.issuer() + "\"");
      secured.script().always(Call.METADATA, Behaviours.resetsConnection());
      assertThatThrownBy(() -> browser.open(secured.metadataDocument())).isInstanceOf(UncheckedIOException.class);
    }
  }

  private String errorWith(String assertion) {
    return json(unauthenticated(
        Map.of("grant_type", "refresh_token", "refresh_token", "x", "client_assertion", assertion, "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")))
        .path("error").asText();
  }

  private java.net.http.HttpResponse<String> unauthenticated(Map<String, String> form) {
    return client.send(HttpRequest.newBuilder(server.tokenEndpoint()).header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(TestClient.encode(form))));
  }

  private String assertion(RSAKey key, List<String> audience, String id) throws JOSEException {
    var claims = new JWTClaimsSet.Builder().issuer("signer").subject("signer").jwtID(id)
        .expirationTime(Date.from(clock.instant().plusSeconds(60)));
    var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256),
        (audience.size() == 1 ? claims.audience(audience.getFirst()) : claims.audience(audience)).build());
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }

  private URI authorization() {
    return URI.create(server.authorizationEndpoint() + "?response_type=code&client_id=" + client.registration().clientId()
        + "&redirect_uri=" + REDIRECT_URI
        + "&state=s1&scope=issues:read&code_challenge=" + CHALLENGE + "&code_challenge_method=S256");
  }

  private boolean isCallback(URI address) {
    return address.toString().startsWith(REDIRECT_URI);
  }
}
