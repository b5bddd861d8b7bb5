package dev.authpipe.testkit.sandbox;

import static dev.authpipe.testkit.sandbox.Behaviours.answerHeldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.answersHtml;
import static dev.authpipe.testkit.sandbox.Behaviours.brokenJson;
import static dev.authpipe.testkit.sandbox.Behaviours.cutsAnswerShort;
import static dev.authpipe.testkit.sandbox.Behaviours.dropsAnswer;
import static dev.authpipe.testkit.sandbox.Behaviours.duplicateKey;
import static dev.authpipe.testkit.sandbox.Behaviours.expiresIn;
import static dev.authpipe.testkit.sandbox.Behaviours.heldBy;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.oversized;
import static dev.authpipe.testkit.sandbox.Behaviours.resetsConnection;
import static dev.authpipe.testkit.sandbox.Behaviours.retryAfter;
import static dev.authpipe.testkit.sandbox.Behaviours.withoutRefreshToken;
import static dev.authpipe.testkit.sandbox.Behaviours.wrongType;
import static dev.authpipe.testkit.sandbox.Call.EXCHANGE;
import static dev.authpipe.testkit.sandbox.Call.REFRESH;
import static dev.authpipe.testkit.sandbox.TestClient.VERIFIER;
import static dev.authpipe.testkit.sandbox.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.ManualClock;

class ScriptedAuthorizationServerTest {

  private final ManualClock clock = ManualClock.atNoon();
  private final ScriptedAuthorizationServer server = ScriptedAuthorizationServer.start(new AuthorizationServerSettings(clock));
  private final TestClient client = new TestClient(server);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void metadataNamesTheIssuerAndItsEndpoints() {
    var metadata = json(client.get(server.metadataDocument()));

    assertThat(metadata.path("issuer").asText()).isEqualTo(server.issuer()).doesNotEndWith("/");
    assertThat(metadata.path("token_endpoint").asText()).isEqualTo(server.tokenEndpoint().toString());
    assertThat(metadata.path("authorization_response_iss_parameter_supported").asBoolean()).isTrue();
    assertThat(metadata.path("code_challenge_methods_supported").toString()).isEqualTo("[\"S256\"]");
  }

  @Test
  void authorizationEchoesStateAndIssuerAndTheCodeBuysTokens() {
    var callback = client.authorize();
    var tokens = json(client.exchange(Objects.requireNonNull(callback.get("code")), VERIFIER));

    assertThat(callback).containsEntry("state", "st/ate+1").containsEntry("iss", server.issuer());
    assertThat(tokens.path("expires_in").asLong()).isEqualTo(3600);
    assertThat(tokens.path("scope").asText()).isEqualTo("issues:read issues:write");
    assertThat(json(client.api("/me", tokens.path("access_token").asText())).path("login").asText()).isEqualTo("ada");
    assertThat(server.calls(EXCHANGE)).isEqualTo(1);
  }

  @Test
  void wrongVerifierIsRefused() {
    var answer = client.exchange(client.code(), VERIFIER.replace('d', 'e'));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("error").asText()).isEqualTo("invalid_grant");
    assertThat(server.liveTokens().isEmpty()).isTrue();
  }

  @Test
  void plainPkceAndMissingPkceAreRefusedByRedirect() {
    assertThat(client.authorize("code_challenge_method", "plain")).containsEntry("error", "invalid_request").containsEntry("iss",
        server.issuer());
    assertThat(client.authorize("code_challenge", "")).containsEntry("error", "invalid_request");
  }

  @Test
  void unknownRedirectUriIsNeverRedirectedTo() {
    assertThat(client.authorize("redirect_uri", TestClient.REDIRECT_URI + "/")).isEmpty();
    assertThat(client.authorize("client_id", "somebody")).isEmpty();
  }

  @Test
  void secondUseOfACodeRevokesWhatTheFirstBrought() {
    var code = client.code();
    client.exchange(code, VERIFIER);

    assertThat(json(client.exchange(code, VERIFIER)).path("error").asText()).isEqualTo("invalid_grant");
    assertThat(server.liveTokens().isEmpty()).isTrue();
  }

  @Test
  void codeExpires() {
    var code = client.code();
    clock.advance(Duration.ofMinutes(5));

    assertThat(client.exchange(code, VERIFIER).statusCode()).isEqualTo(400);
  }

  @Test
  void stableRefreshTokenIsNotRepeatedInAnswers() {
    var refreshing = client.connect().path("refresh_token").asText();

    assertThat(json(client.refresh(refreshing)).has("refresh_token")).isFalse();
    assertThat(client.refresh(refreshing).statusCode()).isEqualTo(200);
    assertThat(server.successfulRefreshesOf(server.accounts().getFirst())).isEqualTo(2);
  }

  @Test
  void graceLetsTheOldRefreshTokenWorkForAWhile() {
    server.settings().rotation(RefreshRotation.grace(Duration.ofSeconds(60)));
    var first = client.connect().path("refresh_token").asText();
    var second = json(client.refresh(first)).path("refresh_token").asText();
    clock.advance(Duration.ofSeconds(59));

    assertThat(second).isNotEqualTo(first);
    assertThat(client.refresh(first).statusCode()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(1));
    assertThat(client.refresh(first).statusCode()).isEqualTo(400);
    assertThat(client.refresh(second).statusCode()).isEqualTo(400);
  }

  @Test
  void strictReuseRevokesTheWholeFamily() {
    server.settings().rotation(RefreshRotation.strict());
    var first = client.connect();
    var second = json(client.refresh(first.path("refresh_token").asText()));

    assertThat(client.refresh(first.path("refresh_token").asText()).statusCode()).isEqualTo(400);
    assertThat(client.refresh(second.path("refresh_token").asText()).statusCode()).isEqualTo(400);
    assertThat(client.api("/me", second.path("access_token").asText()).statusCode()).isEqualTo(401);
    assertThat(server.grants()).singleElement().satisfies(grant -> assertThat(grant.revoked()).isTrue());
  }

  @Test
  void refreshCanKillTheCurrentAccessToken() {
    server.settings().refreshKillsAccessToken(true);
    var tokens = client.connect();
    client.refresh(tokens.path("refresh_token").asText());

    var answer = client.api("/me", tokens.path("access_token").asText());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
  }

  @Test
  void accessTokenEndsWithItsLifetime() {
    var access = client.connect().path("access_token").asText();
    assertThat(client.api("/issues", access).statusCode()).isEqualTo(200);
    clock.advance(Duration.ofHours(1));

    assertThat(client.api("/issues", access).statusCode()).isEqualTo(401);
  }

  @Test
  void revocationReachesAsFarAsTheSettingsSay() {
    server.settings().revocationReach(RevocationReach.TOKEN);
    var tokens = client.connect();
    client.post(server.revocationEndpoint(), Map.of("token", tokens.path("refresh_token").asText()));
    assertThat(server.liveTokens().refreshTokens()).isEmpty();
    assertThat(server.liveTokens().accessTokens()).hasSize(1);

    server.settings().revocationReach(RevocationReach.GRANT);
    assertThat(client.post(server.revocationEndpoint(), Map.of("token", tokens.path("access_token").asText())).statusCode())
        .isEqualTo(200);
    assertThat(server.liveTokens().isEmpty()).isTrue();
    assertThat(client.post(server.revocationEndpoint(), Map.of("token", "unknown")).statusCode()).isEqualTo(200);
  }

  @Test
  void heldCallIsNotProcessedAndHeldAnswerIs() {
    var refreshing = client.connect().path("refresh_token").asText();
    var before = Gate.closed();
    var after = Gate.closed();
    server.script().next(REFRESH, heldBy(before), answerHeldBy(after));

    var first = CompletableFuture.supplyAsync(() -> client.refresh(refreshing).statusCode());
    before.awaitArrivals(1);
    assertThat(server.successfulRefreshesOf(server.accounts().getFirst())).isZero();
    before.open();
    assertThat(first.join()).isEqualTo(200);

    var second = CompletableFuture.supplyAsync(() -> client.refresh(refreshing).statusCode());
    after.awaitArrivals(1);
    assertThat(server.successfulRefreshesOf(server.accounts().getFirst())).isEqualTo(2);
    after.open();
    assertThat(second.join()).isEqualTo(200);
    assertThat(server.script().isPlayed()).isTrue();
  }

  @Test
  void droppedAnswerWasProcessedAndResetWasNot() {
    var refreshing = client.connect().path("refresh_token").asText();
    server.script().next(REFRESH, dropsAnswer(), resetsConnection(), cutsAnswerShort());

    assertThatThrownBy(() -> client.refresh(refreshing)).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> client.refresh(refreshing)).isInstanceOf(UncheckedIOException.class);
    assertThat(server.successfulRefreshesOf(server.accounts().getFirst())).isEqualTo(1);
    assertThatThrownBy(() -> client.refresh(refreshing)).isInstanceOf(UncheckedIOException.class);
    assertThat(server.successfulRefreshesOf(server.accounts().getFirst())).isEqualTo(2);
    assertThat(server.calls(REFRESH)).isEqualTo(3);
  }

  @Test
  void refusedConnectionsNeverArriveAndComeBack() {
    server.refuseConnections();
    assertThatThrownBy(() -> client.get(server.metadataDocument())).isInstanceOf(UncheckedIOException.class);
    server.acceptConnections();

    assertThat(client.get(server.metadataDocument()).statusCode()).isEqualTo(200);
    assertThat(server.calls(Call.METADATA)).isEqualTo(1);
  }

  @Test
  void oddAnswersCarryRealTokens() {
    server.script().next(EXCHANGE, oversized(), duplicateKey("access_token"), wrongType("expires_in"), expiresIn(-1),
        withoutRefreshToken());

    assertThat(exchangeBody()).hasSizeGreaterThan(64 * 1024);
    assertThat(exchangeBody()).startsWith("{\"access_token\":\"first\",\"access_token\":\"sbx_at_");
    assertThat(exchangeBody()).contains("\"expires_in\":[3600]");
    assertThat(exchangeBody()).contains("\"expires_in\":-1");
    assertThat(exchangeBody()).doesNotContain("refresh_token");
    assertThat(server.liveTokens().accessTokens()).hasSize(5);
  }

  @Test
  void insteadAnswersIssueNothing() {
    server.script().next(EXCHANGE, answersHtml(), oauthError("invalid_client"), retryAfter(503, Duration.ofSeconds(7)),
        retryAfter(429, clock.instant()));
    var code = client.code();

    assertThat(client.exchange(code, VERIFIER).body()).startsWith("<!doctype html>");
    assertThat(client.exchange(code, VERIFIER).statusCode()).isEqualTo(401);
    assertThat(client.exchange(code, VERIFIER).headers().firstValue("Retry-After")).hasValue("7");
    assertThat(client.exchange(code, VERIFIER).headers().firstValue("Retry-After")).hasValue("Mon, 01 Mar 2027 12:00:00 GMT");
    assertThat(server.liveTokens().isEmpty()).isTrue();
    server.script().next(EXCHANGE, brokenJson());
    assertThatThrownBy(() -> json(client.exchange(code, VERIFIER))).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void callbackChangesCombine() {
    server.script().nextCallback(CallbackChange.trailingSlashIssuer(), CallbackChange.extra("installation_id", "1002"))
        .nextCallback(CallbackChange.withoutIssuer(), CallbackChange.error("access_denied"))
        .nextCallback(CallbackChange.issuer("https://evil.example"));

    assertThat(client.authorize()).containsEntry("iss", server.issuer() + "/").containsEntry("installation_id", "1002")
        .containsKey("code");
    assertThat(client.authorize()).containsEntry("error", "access_denied").doesNotContainKeys("iss", "code");
    assertThat(client.authorize()).containsEntry("iss", "https://evil.example");
    assertThat(client.authorize()).containsEntry("iss", server.issuer());
  }

  @Test
  void namedAccountConsentsNextAndListsItsInstallations() {
    var bruno = server.accounts().get(1);
    server.consentsNext(bruno);
    var access = client.connect().path("access_token").asText();

    assertThat(json(client.api("/installations", access)).at("/installations/0/id").asLong()).isEqualTo(1002);
    assertThat(server.liveTokensOf(bruno).accessTokens()).hasSize(1);
    assertThat(server.liveTokensOf(server.accounts().getFirst()).isEmpty()).isTrue();
  }

  @Test
  void nothingSecretPrints() {
    var access = client.connect().path("access_token").asText();

    assertThat(server.grants().toString() + server.liveTokens() + server.requests() + client.registration())
        .doesNotContain(access)
        .doesNotContain(((ClientAuthentication.Basic) client.registration().authentication()).clientSecret().reveal());
  }

  private String exchangeBody() {
    return client.exchange(client.code(), VERIFIER).body();
  }
}
