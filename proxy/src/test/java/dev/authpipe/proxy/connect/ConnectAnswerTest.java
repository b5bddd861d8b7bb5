package dev.authpipe.proxy.connect;

import static dev.authpipe.proxy.connect.ConnectStage.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.sandbox.Behaviour;
import dev.authpipe.testkit.sandbox.Behaviours;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;

/** Part (b) of what must fail in docs/connect-flow.md: one call to the token endpoint, no connection, and received tokens revoked. */
@Tag("S10")
class ConnectAnswerTest {
  @TempDir
  static Path directory;
  private static ConnectStage stage;
  private final Browser browser = new Browser();

  @BeforeAll
  static void start() {
    stage = new ConnectStage(directory);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @BeforeEach
  void reset() {
    stage.reset();
  }

  @Test
  void anAnswerOver64KiB() {
    assertGivenBack(Behaviours.oversized());
  }

  @Test
  void anAnswerWithTheAccessTokenTwice() {
    assertGivenBack(Behaviours.duplicateKey("access_token"));
  }

  @Test
  void anAnswerWithTheRefreshTokenTwice() {
    assertGivenBack(Behaviours.duplicateKey("refresh_token"));
  }

  @Test
  void anAccessTokenOfTheWrongType() {
    assertGivenBack(Behaviours.wrongType("access_token"));
  }

  @Test
  void aTokenTypeThatIsUnknown() {
    assertGivenBack(Behaviours.with("token_type", TextNode.valueOf("mac")));
  }

  @Test
  void aLifetimeOfTheWrongType() {
    assertGivenBack(Behaviours.wrongType("expires_in"));
  }

  @Test
  void anAbsurdLifetime() {
    assertGivenBack(Behaviours.expiresIn(9_999_999_999L));
  }

  @Test
  void aNegativeLifetime() {
    assertGivenBack(Behaviours.expiresIn(-1));
  }

  @Test
  void anAnswerInHtml() {
    assertNothingComesOf(Behaviours.answersHtml(), "provider_answer_invalid");
  }

  @Test
  void aBrokenAnswer() {
    assertNothingComesOf(Behaviours.brokenJson(), "provider_answer_invalid");
  }

  @Test
  @Tag("S23")
  void aRedirect() {
    assertNothingComesOf(Behaviours.redirectsTo(URI.create(stage.provider.issuer() + "/api/echo")), "provider_answer_invalid");
    assertThat(stage.provider.calls(Call.API)).isZero();
  }

  @Test
  void twoHundredWithAnErrorAsTheProfileDefinesIt() {
    assertNothingComesOf(Behaviours.errorWithStatus200("invalid_grant"), "provider_refused");
  }

  @Test
  void anErrorBesideATokenIsAnErrorAndTheTokenGoesBack() {
    assertGivenBack(Behaviours.with("error", TextNode.valueOf("invalid_scope")));
  }

  @Test
  @Tag("S63")
  void aRefusalShowsRegisteredCodesOnly() {
    StartedSession session = assertNothingComesOf(Behaviours.oauthError("ada_is_locked_out"), "provider_refused");
    assertThat(stage.reasons(session)).containsExactly("invalid_request");
    assertThat(stage.rows("select count(*)::text from audit_event where convert_from(body, 'UTF8') like '%locked%'"))
        .containsExactly("0");
  }

  @Test
  void aRefusedClientIsTheOperatorsMatter() {
    assertNothingComesOf(Behaviours.oauthError("invalid_client"), "integration_misconfigured");
  }

  @Test
  void anInstallationThatTheEndUserDoesNotControl() {
    stage.provider.script().nextCallback(CallbackChange.extra("installation_id", "1002"));
    assertRevoked("sandbox-installation", "parameter_not_proven");
    stage.reset();
    stage.provider.script().nextCallback(CallbackChange.extra("installation_id", "1001"));
    StartedSession own = stage.session("user-own", "sandbox-installation");
    assertThat(stage.finish(own, stage.authorize(browser, own, "sandbox-installation")).statusCode()).isEqualTo(200);
  }

  @Test
  void aTenantThatTheEndUserDoesNotBelongTo() {
    stage.provider.script().nextCallback(CallbackChange.extra("tenant", "lind-and-sons"));
    assertRevoked("tenancy", "parameter_not_proven");
  }

  @Test
  void anAccountThatCannotBeRead() {
    stage.provider.script().next(Call.USERINFO, Behaviours.answersStatus(500));
    assertRevoked("sandbox", "provider_answer_invalid");
  }

  @Test
  void aCodeOfAnotherAttemptDoesNotFitTheVerifier() {
    URI foreign = stage.callback(browser, stage.session("user-b", "sandbox"), "sandbox");
    StartedSession session = stage.session("user-a", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    String swapped = callback.toString().replace(ConnectStage.value(callback, "code"), ConnectStage.value(foreign, "code"));
    String finishCode = stage.finishCode(browser.get(URI.create(swapped)));
    long connections = stage.connections();
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("provider_refused");
    assertThat(stage.connections()).isEqualTo(connections);
  }

  private static int people;

  /** No connection, one call, its own code and event. */
  private StartedSession assertNothingComesOf(Behaviour behaviour, String code) {
    stage.provider.script().next(Call.EXCHANGE, behaviour);
    return assertFails("sandbox", code);
  }

  /** As above, and what was issued is live no more. */
  private void assertGivenBack(Behaviour behaviour) {
    stage.provider.script().next(Call.EXCHANGE, behaviour);
    assertRevoked("sandbox", "provider_answer_invalid");
  }

  private void assertRevoked(String slug, String code) {
    int live = stage.provider.liveTokens().accessTokens().size();
    assertFails(slug, code);
    assertThat(stage.provider.calls(Call.REVOKE)).as("revocations").isPositive();
    assertThat(stage.provider.liveTokens().accessTokens()).as("live access tokens").hasSize(live);
  }

  private StartedSession assertFails(String slug, String code) {
    StartedSession session = stage.session("user-" + ++people, slug);
    String finishCode = stage.authorize(browser, session, slug);
    long connections = stage.connections();
    assertThat(code(stage.finish(session, finishCode))).isEqualTo(code);
    assertThat(stage.provider.tokenCalls()).isEqualTo(1);
    assertThat(stage.connections()).isEqualTo(connections);
    assertThat(stage.status(session).path("status").asText()).isEqualTo("failed");
    assertThat(stage.status(session).path("reason").asText()).isEqualTo(code);
    assertThat(stage.events(session.id())).anySatisfy(event -> {
      assertThat(event.path("type").asText()).isEqualTo("connect.failed");
      assertThat(event.path("detail").path("token_calls").asInt()).isEqualTo(1);
    });
    assertThat(code(stage.finish(session, finishCode))).as("the same once more").isEqualTo(code);
    assertThat(stage.provider.tokenCalls()).isEqualTo(1);
    return session;
  }
}
