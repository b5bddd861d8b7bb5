package dev.authpipe.proxy.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RevocationProfile.Revoked;
import dev.authpipe.proxy.egress.DirectOutbound;
import dev.authpipe.proxy.egress.LoopbackOutbound;
import dev.authpipe.proxy.secret.ClientProof;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.ManualClock;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http.RecordedRequest;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** What each provider's profile makes of requests, and what every kind of answer comes to. */
class OAuthClientTest {
  private static final URI REDIRECT = URI.create("https://connect.example.com/callback/int_1");
  private static final String CLIENT_SECRET = "s3cr+t/ä";
  private static final String TOKENS = "{\"access_token\":\"at-1\",\"refresh_token\":\"rt-1\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"a b\"}";
  private final ManualClock clock = ManualClock.atNoon();
  private final Randomness randomness = new Randomness(new SecureRandom(), clock);
  private volatile ExchangeHandler behaviour = exchange -> exchange.answer(Answer.json(200, TOKENS));
  private LoopbackServer server = LoopbackServer.start(exchange -> {
    exchange.bodyText();
    behaviour.handle(exchange);
  });
  private DirectOutbound outbound = LoopbackOutbound.to(server.origin());
  private OAuthClient oauth = new OAuthClient(outbound, clock, randomness);

  private static ClientProof proof() {
    return ClientProof.of(SecretText.of(CLIENT_SECRET));
  }

  @BeforeEach
  void forget() {
    server.forgetRequests();
  }

  @AfterEach
  void stop() {
    outbound.close();
    server.close();
  }

  @Test
  void theAuthorizationRequestCarriesAnS256ChallengeAndAsksForTheQuery() {
    SecretText verifier = SecretText.of("v".repeat(43));
    Map<String, List<String>> query = query(
        oauth.authorize(sandbox(), Map.of(), List.of("profile", "issues:read"), SecretText.of("st"), verifier, REDIRECT,
            ClientProof.NONE));
    assertThat(query).containsEntry("response_type", List.of("code")).containsEntry("response_mode", List.of("query"))
        .containsEntry("client_id", List.of("client-1")).containsEntry("redirect_uri", List.of(REDIRECT.toString()))
        .containsEntry("state", List.of("st")).containsEntry("scope", List.of("profile issues:read"))
        .containsEntry("code_challenge_method", List.of("S256"))
        .containsEntry("code_challenge",
            List.of(CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier.expose())).getValue()));
  }

  @Test
  void fixedParametersSeparatorsAndEvidencedLackOfPkceComeFromTheProfile() {
    Map<String, List<String>> google = query(oauth.authorize(integration("google", "https://accounts.google.com"), Map.of(),
        List.of("openid", "email"), SecretText.of("st"), SecretText.of("v".repeat(43)), REDIRECT, ClientProof.NONE));
    assertThat(google).containsEntry("access_type", List.of("offline")).containsEntry("prompt", List.of("consent"));
    Map<String, List<String>> slack = query(oauth.authorize(integration("slack", "https://slack.com"), Map.of(),
        List.of("chat:write", "users:read"), SecretText.of("st"), null, REDIRECT, ClientProof.NONE));
    assertThat(slack).containsEntry("scope", List.of("chat:write,users:read")).doesNotContainKey("code_challenge");
  }

  @Test
  void pkceIsNeverLeftOutByMistake() {
    assertThatThrownBy(
        () -> oauth.authorize(sandbox(), Map.of(), List.of(), SecretText.of("st"), null, REDIRECT, ClientProof.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theCodeIsExchangedWithClientAuthenticationAndVerifier() {
    TokenOutcome outcome = exchange(sandbox());
    assertThat(outcome).isInstanceOf(TokenOutcome.Granted.class);
    RecordedRequest request = server.requests().getFirst();
    assertThat(request.method() + " " + request.rawTarget()).isEqualTo("POST /token");
    assertThat(request.header("Authorization")).contains("Basic Y2xpZW50LTE6czNjciUyQnQlMkYlQzMlQTQ=");
    assertThat(URLUtils.parseParameters(request.bodyText())).containsEntry("grant_type", List.of("authorization_code"))
        .containsEntry("code", List.of("c/1")).containsEntry("redirect_uri", List.of(REDIRECT.toString()))
        .containsEntry("code_verifier", List.of("v".repeat(43))).doesNotContainKey("client_secret");
  }

  @Test
  void aClientThatAuthenticatesInTheBodySendsNoHeader() {
    exchange(integration("github", "https://github.com"));
    RecordedRequest request = server.requests().getFirst();
    assertThat(request.header("Authorization")).isEmpty();
    assertThat(URLUtils.parseParameters(request.bodyText())).containsEntry("client_id", List.of("client-1"))
        .containsEntry("client_secret", List.of("s3cr+t/ä"));
    assertThat(request.header("Accept")).contains("application/json");
  }

  @Test
  void aGrantHasItsPartsTypedAndPrintsNothing() {
    TokenGrant grant = grant(exchange(sandbox()));
    assertThat(grant.accessToken()).isEqualTo(SecretText.of("at-1"));
    assertThat(grant.refreshToken()).isEqualTo(SecretText.of("rt-1"));
    assertThat(grant.lifetime()).isEqualTo(Duration.ofHours(1));
    assertThat(grant.scopesOr(List.of("x"))).containsExactly("a", "b");
    assertThat(grant.toString()).doesNotContain("at-1");
  }

  @Test
  void anAnswerWithoutScopesMeansThoseAsked() {
    answer(200, "{\"access_token\":\"at\",\"token_type\":\"bearer\"}");
    TokenGrant grant = grant(exchange(sandbox()));
    assertThat(grant.scopesOr(List.of("x"))).containsExactly("x");
    assertThat(grant.refreshToken()).isNull();
    assertThat(grant.lifetime()).isNull();
    assertThat(grant.tokenType()).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @Tag("S10")
  @ValueSource(strings = {"{\"access_token\":7}", "{\"access_token\":{\"v\":\"x\"}}", "{\"access_token\":\"\"}",
      "{\"access_token\":\"a\\nb\"}", "{\"access_token\":\"a\",\"refresh_token\":[]}",
      "{\"access_token\":\"a\",\"expires_in\":-1}",
      "{\"access_token\":\"a\",\"expires_in\":0}", "{\"access_token\":\"a\",\"expires_in\":1.5}",
      "{\"access_token\":\"a\",\"expires_in\":99999999999}", "{\"access_token\":\"a\",\"expires_in\":[3600]}",
      "{\"access_token\":\"a\",\"expires_in\":true}", "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
      "{\"access_token\":\"a\",\"token_type\":1}", "{\"access_token\":\"a\",\"scope\":{}}", "{\"access_token\":\"a\"} x", "[]",
      "\"a\"",
      "{\"access_token\":\"a\"", "", "{}", "null", "<html>"})
  void anAnswerThatIsNotExactlyRightIsMalformed(String body) {
    answer(200, body);
    assertThat(exchange(sandbox())).isInstanceOf(TokenOutcome.Malformed.class);
  }

  @Test
  @Tag("S10")
  void tokensInARefusedAnswerAreKeptForTheirRevocation() {
    answer(200, "{\"access_token\":\"one\",\"access_token\":\"two\",\"refresh_token\":\"r\",\"token_type\":\"Bearer\"}");
    TokenOutcome.Malformed malformed = (TokenOutcome.Malformed) exchange(sandbox());
    assertThat(malformed.reason()).isEqualTo("duplicate_keys");
    assertThat(malformed.received()).extracting(TokenGrant::accessToken).containsExactly(SecretText.of("one"),
        SecretText.of("two"));
    assertThat(malformed.received().getFirst().refreshToken()).isEqualTo(SecretText.of("r"));
  }

  @Test
  @Tag("S10")
  void anAnswerOver64KiBIsMalformedAndItsTokensAreFound() {
    answer(200, TOKENS.replace("}", ",\"padding\":\"" + "x".repeat(64 * 1024) + "\"}"));
    TokenOutcome.Malformed malformed = (TokenOutcome.Malformed) exchange(sandbox());
    assertThat(malformed.reason()).isEqualTo("too_large");
    assertThat(malformed.received()).extracting(TokenGrant::accessToken).containsExactly(SecretText.of("at-1"));
    answer(200, "{\"padding\":\"" + "x".repeat(300 * 1024) + "\"}");
    assertThat(exchange(sandbox())).isInstanceOf(TokenOutcome.Malformed.class);
  }

  @Test
  @Tag("S23")
  void aRedirectIsMalformedAndNotFollowed() {
    behaviour = exchange -> exchange.answer(Answer.redirect(307, server.origin().resolve("/elsewhere")));
    assertThat(exchange(sandbox())).isEqualTo(new TokenOutcome.Malformed("redirect", 307, List.of()));
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"400,invalid_grant,Refused", "400,invalid_scope,Refused", "401,invalid_client,Misconfigured",
      "400,unauthorized_client,Misconfigured", "400,temporarily_unavailable,Transient", "400,slow_down,Transient",
      "429,invalid_grant,Transient", "503,invalid_grant,Transient", "408,x,Transient", "425,x,Transient",
      "200,invalid_grant,Refused"})
  void anErrorIsClassifiedByStatusAndCode(int status, String code, String outcome) {
    answer(status, "{\"error\":\"" + code + "\",\"error_description\":\"Sorry, Ada\"}");
    assertThat(exchange(sandbox()).getClass().getSimpleName()).isEqualTo(outcome);
  }

  @Test
  @Tag("S63")
  void anUnknownErrorCodeIsNotRepeated() {
    answer(400, "{\"error\":\"ada_lovelace_is_locked\"}");
    assertThat(exchange(sandbox())).isEqualTo(new TokenOutcome.Refused("invalid_request", 400));
  }

  @Test
  void twoHundredWithAnErrorIsAnErrorAsTheProfileSays() {
    answer(200, "{\"ok\":false,\"error\":\"invalid_code\"}");
    assertThat(exchange(integration("slack", "https://slack.com"))).isEqualTo(new TokenOutcome.Refused("invalid_grant", 200));
    answer(200, "{\"error\":\"bad_verification_code\"}");
    assertThat(exchange(integration("github", "https://github.com"))).isEqualTo(new TokenOutcome.Refused("invalid_grant", 200));
    answer(200, "{\"ok\":false,\"access_token\":\"xoxb-1\",\"error\":\"fatal_error\"}");
    assertThat(((TokenOutcome.Malformed) exchange(integration("slack", "https://slack.com"))).received()).hasSize(1);
  }

  @Test
  void retryAfterIsToldInBothForms() {
    behaviour = exchange -> exchange.answer(Answer.text(503, "later").with("Retry-After", "30"));
    assertThat(exchange(sandbox()))
        .isEqualTo(new TokenOutcome.Transient("temporarily_unavailable", 503, Optional.of(Duration.ofSeconds(30))));
    behaviour = exchange -> exchange.answer(Answer.text(429, "later").with("Retry-After", "Mon, 01 Mar 2027 12:00:10 GMT"));
    assertThat(exchange(sandbox()))
        .isEqualTo(new TokenOutcome.Transient("temporarily_unavailable", 429, Optional.of(Duration.ofSeconds(10))));
  }

  @Test
  void nothingSentAndNoAnswerAreToldApart() {
    server.refuseConnections();
    assertThat(exchange(sandbox())).isInstanceOf(TokenOutcome.NotSent.class);
    server.acceptConnections();
    behaviour = exchange -> exchange.drop();
    assertThat(exchange(sandbox())).isInstanceOf(TokenOutcome.Unknown.class);
  }

  @Test
  void aRefreshSendsTheRefreshTokenOnly() {
    TokenOutcome outcome = oauth.refresh(sandbox(), Map.of(), SecretText.of("rt-0"), List.of("a"), proof());
    assertThat(outcome).isInstanceOf(TokenOutcome.Granted.class);
    assertThat(URLUtils.parseParameters(server.requests().getFirst().bodyText()))
        .isEqualTo(Map.of("grant_type", List.of("refresh_token"), "refresh_token", List.of("rt-0")));
  }

  @Test
  void revocationFollowsRfc7009() {
    behaviour = exchange -> exchange.answer(Answer.of(200));
    assertThat(oauth.revoke(sandbox(), Map.of(), SecretText.of("rt"), Revoked.REFRESH_TOKEN, proof()))
        .isEqualTo(new RevocationOutcome.Confirmed(200));
    assertThat(URLUtils.parseParameters(server.requests().getFirst().bodyText())).containsEntry("token", List.of("rt"))
        .containsEntry("token_type_hint", List.of("refresh_token"));
    answer(503, "{}");
    assertThat(oauth.revoke(sandbox(), Map.of(), SecretText.of("rt"), Revoked.REFRESH_TOKEN, proof()))
        .isInstanceOf(RevocationOutcome.Retry.class);
    answer(401, "{\"error\":\"invalid_client\"}");
    assertThat(oauth.revoke(sandbox(), Map.of(), SecretText.of("rt"), Revoked.REFRESH_TOKEN, proof()))
        .isInstanceOf(RevocationOutcome.Refused.class);
  }

  @Test
  void githubRevokesByDeleteWithBasicAndAJsonBody() {
    behaviour = exchange -> exchange.answer(Answer.of(204));
    Integration github = integration("github", "https://api.github.com");
    assertThat(oauth.revoke(github, Map.of(), SecretText.of("gho_1"), Revoked.ACCESS_TOKEN, proof()))
        .isEqualTo(new RevocationOutcome.Confirmed(204));
    RecordedRequest request = server.requests().getFirst();
    assertThat(request.method() + " " + request.rawTarget()).isEqualTo("DELETE /applications/client-1/token");
    assertThat(request.bodyText()).isEqualTo("{\"access_token\":\"gho_1\"}");
    assertThat(request.header("Authorization").orElse("")).startsWith("Basic ");
    assertThat(oauth.revoke(github, Map.of(), SecretText.of("ghr_1"), Revoked.REFRESH_TOKEN, proof()))
        .isEqualTo(new RevocationOutcome.NotSupported());
  }

  @Test
  void slackRevokesByBearerAndSaysSoInTheBody() {
    Integration slack = integration("slack", "https://slack.com");
    answer(200, "{\"ok\":true,\"revoked\":true}");
    assertThat(oauth.revoke(slack, Map.of(), SecretText.of("xoxb-1"), Revoked.ACCESS_TOKEN, proof()))
        .isEqualTo(new RevocationOutcome.Confirmed(200));
    assertThat(server.requests().getFirst().header("Authorization")).contains("Bearer xoxb-1");
    answer(200, "{\"ok\":false,\"error\":\"token_revoked\"}");
    assertThat(oauth.revoke(slack, Map.of(), SecretText.of("xoxb-1"), Revoked.ACCESS_TOKEN, proof()))
        .isEqualTo(new RevocationOutcome.Confirmed(200));
    answer(200, "{\"ok\":false,\"error\":\"internal_error\"}");
    assertThat(oauth.revoke(slack, Map.of(), SecretText.of("xoxb-1"), Revoked.ACCESS_TOKEN, proof()))
        .isNotInstanceOf(RevocationOutcome.Confirmed.class);
  }

  @Test
  void theAccountIsReadFromTheAnswerOrWithTheAccessToken() {
    answer(200,
        "{\"ok\":true,\"access_token\":\"xoxb-1\",\"token_type\":\"bot\",\"bot_user_id\":\"U1\",\"team\":{\"id\":\"T1\",\"name\":\"Team\"}}");
    Integration slack = integration("slack", "https://slack.com");
    assertThat(oauth.account(slack, Map.of(), grant(exchange(slack)))).isEqualTo(new AccountOutcome.Found("T1/U1", "Team"));
    answer(200, "{\"sub\":\"usr_ada\",\"name\":\"Ada\"}");
    TokenGrant grant = new TokenGrant(SecretText.of("at-9"), null, "Bearer", null, null, null, Map.of());
    assertThat(oauth.account(sandbox(), Map.of(), grant)).isEqualTo(new AccountOutcome.Found("usr_ada", "Ada"));
    assertThat(server.requests().getLast().header("Authorization")).contains("Bearer at-9");
    answer(200, "{\"name\":\"Ada\"}");
    assertThat(oauth.account(sandbox(), Map.of(), grant)).isInstanceOf(AccountOutcome.Failed.class);
    answer(401, "{}");
    assertThat(oauth.account(sandbox(), Map.of(), grant)).isEqualTo(new AccountOutcome.Failed("refused", 401));
  }

  private void answer(int status, String body) {
    behaviour = exchange -> exchange.answer(Answer.json(status, body));
  }

  private TokenOutcome exchange(Integration integration) {
    return oauth.exchange(integration, Map.of(), SecretText.of("c/1"), SecretText.of("v".repeat(43)), REDIRECT, proof());
  }

  private static TokenGrant grant(TokenOutcome outcome) {
    return ((TokenOutcome.Granted) outcome).grant();
  }

  private static Map<String, List<String>> query(AuthorizationOutcome outcome) {
    return URLUtils.parseParameters(((AuthorizationOutcome.Ready) outcome).address().getRawQuery());
  }

  private Integration sandbox() {
    return integration("sandbox", "https://sandbox.invalid");
  }

  private Integration integration(String provider, String origin) {
    Catalog catalog = Catalog.builtIn(Map.of(URI.create(origin), server.origin()));
    return new Integration(new WorkspaceId(new UUID(0, 1)), new IntegrationId(new UUID(0, 2)), provider,
        catalog.provider(provider).orElseThrow(), "client-1", List.of(), List.of(), Map.of(), "Tasklight", false, null, null);
  }
}
