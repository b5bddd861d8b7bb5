package dev.authpipe.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.sdk.error.ConflictException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.ProxyUnavailableException;
import dev.authpipe.sdk.error.RequestRejectedException;
import dev.authpipe.sdk.transport.RetryPolicy;
import dev.authpipe.sdk.value.CodeVerifier;
import dev.authpipe.sdk.value.ConnectRequest;
import dev.authpipe.sdk.value.ConnectSession;
import dev.authpipe.sdk.value.ConnectSessionId;
import dev.authpipe.sdk.value.ConnectSessionStatus;
import dev.authpipe.sdk.value.Connection;
import dev.authpipe.sdk.value.ConnectionId;
import dev.authpipe.sdk.value.FinishCode;

@Tag("S10")
class ConnectSessionsTest {

  private static final ConnectSessionId SESSION = new ConnectSessionId("cs_01");
  private static final FinishCode FINISH_CODE = new FinishCode("finish-code-1");
  private static final ConnectRequest REQUEST = ConnectRequest.returningTo(URI.create("https://app.example/connected"))
      .integration("sandbox")
      .build();
  private static final String CREATED = """
      {"id":"cs_01","session_token":"st-secret","connect_url":"http://127.0.0.1:8401/connect#st-secret",\
      "expires_at":"2026-11-23T10:10:00Z","a_field_of_tomorrow":{"x":[1,2.5,null,true]}}""";
  private static final String FINISHED = """
      {"connection":{"id":"conn_01","integration":"sandbox","end_user":"ada","status":"active",\
      "scopes":["issues:read"],"account":"acct_7","created_at":"2026-11-23T10:00:00Z"}}""";

  private final ContractServer server = new ContractServer();
  private final LoginSession ada = new LoginSession("ada");

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void startSendsTheS256ChallengeOfTheVerifierItKeepsInTheLoginSession() {
    server.onJson("POST /v1/connect-sessions", 201, CREATED);

    ConnectSession session = server.client().connectSessions().start(ada, REQUEST);

    CodeVerifier kept = ada.verifierOf(SESSION).orElseThrow();
    assertThat(kept.reveal()).hasSize(43);
    ContractServer.Seen seen = server.only();
    assertThat(seen.body())
        .contains("\"code_challenge\":\"" + kept.challenge() + "\"", "\"code_challenge_method\":\"S256\"")
        .contains("\"end_user\":{\"id\":\"ada\",\"display_name\":\"Ada \\\"the first\\\" Ünlü\"}")
        .contains("\"return_url\":\"https://app.example/connected\"", "\"integrations\":[\"sandbox\"]")
        .doesNotContain(kept.reveal());
    assertThat(seen.header("Authorization")).isEqualTo("Bearer " + ContractServer.API_KEY.reveal());
    assertThat(session.connectUrl().reveal()).hasFragment("st-secret");
    assertThat(session.expiresAt()).isEqualTo(Instant.parse("2026-11-23T10:10:00Z"));
    assertThat(session.toString()).doesNotContain("st-secret");
  }

  @Test
  void twoSessionsNeverShareAVerifier() {
    server.onJson("POST /v1/connect-sessions", 201, CREATED)
        .onJson("POST /v1/connect-sessions", 201, CREATED.replace("cs_01", "cs_02"));
    Authpipe authpipe = server.client();

    authpipe.connectSessions().start(ada, REQUEST);
    authpipe.connectSessions().start(ada, REQUEST);

    assertThat(ada.verifierOf(SESSION)).isNotEqualTo(ada.verifierOf(new ConnectSessionId("cs_02")));
  }

  @Test
  void challengeIsTheOneOfRfc7636AppendixB() {
    assertThat(new CodeVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge())
        .isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  }

  @Test
  void finishTakesUserAndVerifierFromTheSameLoginSession() {
    ada.keepVerifier(SESSION, new CodeVerifier("verifier-of-ada"));
    server.onJson("POST /v1/connect-sessions/cs_01/finish", 200, FINISHED);

    Connection connection = server.client().connectSessions().finish(ada, SESSION, FINISH_CODE);

    assertThat(server.only().body())
        .contains("\"finish_code\":\"finish-code-1\"")
        .contains("\"code_verifier\":\"verifier-of-ada\"")
        .contains("\"end_user_id\":\"ada\"");
    assertThat(connection.id()).isEqualTo(new ConnectionId("conn_01"));
    assertThat(connection.scopes()).containsExactly("issues:read");
    assertThat(connection.account()).isEqualTo("acct_7");
    assertThat(ada.verifierOf(SESSION)).isEmpty();
  }

  @Test
  void victimWhoReturnsWithTheAttackersSessionIsRefusedBeforeAnythingIsSent() {
    new LoginSession("mallory").keepVerifier(SESSION, new CodeVerifier("verifier-of-mallory"));

    assertThatThrownBy(() -> server.client().connectSessions().finish(ada, SESSION, FINISH_CODE))
        .isInstanceOfSatisfying(RequestRejectedException.class, e -> assertThat(e.code())
            .isEqualTo(ErrorCode.NOT_THIS_USERS_SESSION));
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void verifierStaysUntilTheConnectionStands() {
    ada.keepVerifier(SESSION, new CodeVerifier("verifier-of-ada"));
    server.onProblem("POST /v1/connect-sessions/cs_01/finish", 503, "store_unavailable")
        .onJson("POST /v1/connect-sessions/cs_01/finish", 200, FINISHED);
    Authpipe authpipe = server.builder().retries(RetryPolicy.never()).build();

    assertThatThrownBy(() -> authpipe.connectSessions().finish(ada, SESSION, FINISH_CODE))
        .isInstanceOf(ProxyUnavailableException.class);
    assertThat(authpipe.connectSessions().finish(ada, SESSION, FINISH_CODE).integration())
        .isEqualTo("sandbox");
    assertThat(server.seen()).hasSize(2).allSatisfy(seen -> assertThat(seen.body())
        .contains("verifier-of-ada"));
  }

  @Test
  void finishRefusedByTheProxyNamesItsCode() {
    ada.keepVerifier(SESSION, new CodeVerifier("verifier-of-ada"));
    server.onProblem("POST /v1/connect-sessions/cs_01/finish", 409, "account_mismatch");

    assertThatThrownBy(() -> server.client().connectSessions().finish(ada, SESSION, FINISH_CODE))
        .isInstanceOfSatisfying(ConflictException.class, e -> assertThat(e.code())
            .isEqualTo(ErrorCode.ACCOUNT_MISMATCH));
  }

  @Test
  void statusWordOfTomorrowSurvives() {
    server.onJson("GET /v1/connect-sessions/cs_01", 200, "{\"id\":\"cs_01\",\"status\":\"pondering\"}");

    assertThat(server.client().connectSessions().status(SESSION).status())
        .isEqualTo(new ConnectSessionStatus("pondering"));
  }

  @Test
  void returnUrlWithFragmentOrUserInformationIsRefusedHere() {
    for (String bad : new String[]{"https://app.example/#x", "https://evil@app.example/", "/connected"}) {
      assertThatThrownBy(() -> ConnectRequest.returningTo(URI.create(bad)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
