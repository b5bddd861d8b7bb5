package dev.authpipe.proxy.connect;

import static dev.authpipe.proxy.connect.ConnectStage.code;
import static dev.authpipe.proxy.connect.ConnectStage.object;
import static dev.authpipe.proxy.connect.ConnectStage.pageCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.clientsecret.ClientSecrets;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.IntegrationId;

/** Part (a) of what must fail in docs/connect-flow.md: its own error code, an audit event, and no call to the token endpoint. */
@Tag("S10")
class ConnectAttackTest {
  @TempDir
  static Path directory;
  private static ConnectStage stage;
  private final Browser browser = new Browser();
  private final Browser attacker = new Browser();
  private long connections;

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
    connections = stage.connections();
  }

  @AfterEach
  void nothingWasExchangedOrConnected() {
    assertThat(stage.provider.tokenCalls()).as("calls to the token endpoint").isZero();
    assertThat(stage.connections()).isEqualTo(connections);
    browser.close();
    attacker.close();
  }

  @Test
  void aReplayedStateIsRefused() {
    URI callback = stage.callback(browser, stage.session("user-1", "sandbox"), "sandbox");
    assertThat(browser.get(callback).statusCode()).isEqualTo(303);
    assertRefused(browser.get(callback), "state_invalid");
  }

  @Test
  void anExpiredStateIsRefused() {
    URI callback = stage.callback(browser, stage.session("user-2", "sandbox"), "sandbox");
    stage.rows("update connect_attempt set expires_at = now() - interval '1 second' where state = 'open'");
    assertRefused(browser.get(callback), "state_invalid");
  }

  @Test
  void aForeignStateIsRefused() {
    stage.provider.script().nextCallback(CallbackChange.state(stage.randomText()));
    assertRefused(browser.get(stage.callback(browser, stage.session("user-3", "sandbox"), "sandbox")), "state_invalid");
    URI bare = URI.create(stage.proxy.connect() + "/callback/" + stage.integration("sandbox"));
    assertRefused(browser.get(bare), "state_invalid");
    assertRefused(browser.get(URI.create(bare + "?code=abc&state=short")), "state_invalid");
  }

  @Test
  void aParameterThatComesTwiceIsRefused() {
    URI callback = stage.callback(browser, stage.session("user-4", "sandbox"), "sandbox");
    assertRefused(browser.get(URI.create(callback + "&code=another")), "state_invalid");
    assertRefused(browser.get(URI.create(callback + "&state=" + stage.randomText())), "state_invalid");
  }

  @Test
  @Tag("S40")
  void refusalsOfStrangersAreCountedInTheAuditLog() throws Exception {
    browser.get(URI.create(stage.proxy.connect() + "/callback/" + stage.integration("sandbox") + "?state=" + stage.randomText()));
    writeRefusals();
    assertThat(stage.events(stage.integration("sandbox"))).anySatisfy(event -> {
      assertThat(event.path("type").asText()).isEqualTo("stranger.refused");
      assertThat(event.path("reason").asText()).isEqualTo("state_invalid");
      assertThat(event.path("detail").path("calls").asInt()).isPositive();
    });
  }

  @Test
  void aCallbackInAnotherBrowserIsRefused() {
    StartedSession session = stage.session("user-5", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    stage.open(attacker, stage.session("mallory", "sandbox"));
    assertRefused(attacker.get(callback), "browser_mismatch", session);
    assertRefused(browser.get(callback), "state_invalid");
  }

  @Test
  void aCallbackWithoutCookieIsRefused() {
    StartedSession session = stage.session("user-6", "sandbox");
    assertRefused(attacker.get(stage.callback(browser, session, "sandbox")), "browser_mismatch", session);
  }

  @Test
  void aCallbackWithAForgedCookieIsRefused() {
    StartedSession session = stage.session("user-7", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    browser.cookies().replaceAll((name, value) -> stage.randomText());
    assertRefused(browser.get(callback), "browser_mismatch", session);
  }

  @Test
  void aForgedCookieBesideTheTrueOneIsRefused() {
    StartedSession session = stage.session("user-8", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    String name = browser.cookies().keySet().iterator().next();
    HttpResponse<String> answer = attacker.send(HttpRequest.newBuilder(callback).header("Cookie",
        name + "=" + stage.randomText() + "; " + name + "=" + browser.cookies().get(name)));
    assertRefused(answer, "browser_mismatch", session);
  }

  @Test
  void crossAppRequestForgeryEndsAtTheBrowserBinding() {
    StartedSession attackers = stage.session("mallory", "sandbox");
    URI attackersCallback = stage.callback(attacker, attackers, "sandbox");
    stage.open(browser, stage.session("victim", "sandbox"));
    assertRefused(browser.get(attackersCallback), "browser_mismatch", attackers);
  }

  @Test
  void crossAppAccountTakeoverEndsAtTheCallbackPath() {
    StartedSession session = stage.session("user-9", "sandbox", "sandbox-grace");
    URI callback = stage.callback(browser, session, "sandbox");
    assertRefused(browser.get(at(callback, stage.integration("sandbox-grace"))), "integration_mismatch", session);
    StartedSession second = stage.session("user-9", "sandbox");
    URI another = stage.callback(browser, second, "sandbox");
    assertRefused(browser.get(at(another, stage.integration("rival", "sandbox"))), "integration_mismatch", second);
  }

  @Test
  void aSlugLeadsNowhereOnTheConnectListener() {
    URI callback = stage.callback(browser, stage.session("user-10", "sandbox"), "sandbox");
    HttpResponse<String> answer = browser.get(at(callback, "sandbox"));
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(browser.get(callback).statusCode()).as("the attempt was not touched").isEqualTo(303);
  }

  @Test
  void aWrongIssuerIsRefused() {
    assertIssuerRefused(CallbackChange.issuer("https://evil.example"));
  }

  @Test
  void aMissingButAdvertisedIssuerIsRefused() {
    assertIssuerRefused(CallbackChange.withoutIssuer());
  }

  @Test
  void anIssuerWithATrailingSlashIsRefused() {
    assertIssuerRefused(CallbackChange.trailingSlashIssuer());
  }

  @Test
  void aWrongIssuerOnAnErrorAnswerIsRefusedAsSuch() {
    StartedSession session = stage.session("user-11", "sandbox");
    stage.provider.script().nextCallback(CallbackChange.error("access_denied"), CallbackChange.issuer("https://evil.example"));
    assertRefused(browser.get(stage.callback(browser, session, "sandbox")), "issuer_mismatch", session);
  }

  private void assertIssuerRefused(CallbackChange change) {
    StartedSession session = stage.session("user-12", "sandbox");
    stage.provider.script().nextCallback(change);
    assertRefused(browser.get(stage.callback(browser, session, "sandbox")), "issuer_mismatch", session);
  }

  @Test
  void crossUserSessionFixationEndsAtFinishAlsoWhenTheAttackerPolls() {
    StartedSession attackers = stage.session("mallory", "sandbox");
    String finishCode = stage.authorize(browser, attackers, "sandbox"); // the victim follows the attacker's link
    JsonNode polled = stage.status(attackers);
    assertThat(polled.path("status").asText()).isEqualTo("authorized");
    assertThat(polled.toString()).doesNotContain(finishCode);
    // The victim's browser brings the finish code to the application, whose back end knows another person and another verifier.
    assertThat(code(stage.finish(attackers.id(), finishCode, stage.randomText(), "victim", stage.apiKey)))
        .isEqualTo("verifier_mismatch");
    assertThat(stage.reasons(attackers)).contains("verifier_mismatch");
    // Even with the code in hand, the attacker comes too late.
    assertThat(code(stage.finish(attackers, finishCode))).isEqualTo("finish_code_invalid");
  }

  @Test
  void finishWithAWrongVerifierIsRefusedForGood() {
    StartedSession session = stage.session("user-13", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    assertThat(code(stage.finish(session.id(), finishCode, stage.randomText(), "user-13", stage.apiKey)))
        .isEqualTo("verifier_mismatch");
    assertThat(stage.reasons(session)).contains("verifier_mismatch");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("finish_code_invalid");
  }

  @Test
  void finishForAnotherEndUserIsRefusedForGood() {
    StartedSession session = stage.session("user-14", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    assertThat(code(stage.finish(session.id(), finishCode, session.verifier(), "user-15", stage.apiKey)))
        .isEqualTo("end_user_mismatch");
    assertThat(stage.reasons(session)).contains("end_user_mismatch");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("finish_code_invalid");
  }

  @Test
  void finishOfAnotherSessionIsRefused() {
    StartedSession one = stage.session("user-16", "sandbox");
    StartedSession two = stage.session("user-16", "sandbox");
    String finishCode = stage.authorize(browser, one, "sandbox");
    stage.authorize(browser, two, "sandbox");
    assertThat(code(stage.finish(two.id(), finishCode, two.verifier(), "user-16", stage.apiKey)))
        .isEqualTo("finish_code_invalid");
    assertThat(stage.reasons(two)).contains("finish_code_invalid");
  }

  @Test
  @Tag("S33")
  void theConfusedDeputyFindsNothingWithAnotherWorkspacesKey() {
    StartedSession session = stage.session("user-17", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    HttpResponse<String> answer = stage.finish(session.id(), finishCode, session.verifier(), "user-17", stage.otherWorkspacesKey);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(code(answer)).isEqualTo("not_found");
    assertThat(stage.api("GET", "/v1/connect-sessions/" + session.id(), null, stage.otherWorkspacesKey).statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://app.example.com/connecte", "https://app.example.com/connected/",
      "https://app.example.com/Connected",
      "https://app.example.com/connected?x", "https://app.example.com/connected#f", "https://user@app.example.com/connected",
      "https://app.example.com\\connected", "https://app.example.com:8443/connected", "https://app.example.com:443/connected",
      "http://app.example.com/connected", "https://*.example.com/connected", "https://app.example.com/*",
      "https://app.example.com/./connected", "https://app.example.com/%63onnected", "//app.example.com/connected",
      "javascript:alert(1)",
      "http://127.0.0.1:9998/back?tab=1", "http://127.0.0.1:9999/back", " https://app.example.com/connected", ""})
  void aReturnUrlThatIsNotExactlyAllowedIsRefused(String address) {
    String body = ConnectStage.sessionBody("user-18", stage.randomText(), b -> b.put("return_url", address), "sandbox");
    assertThat(code(stage.api("POST", "/v1/connect-sessions", body, stage.apiKey))).isEqualTo("return_url_not_allowed");
  }

  @Test
  void thePagesCannotBeFramed() {
    for (String path : List.of("/connect", "/connect/page.js", "/callback/" + stage.integration("sandbox"))) {
      HttpResponse<String> answer = browser.get(URI.create(stage.proxy.connect() + path));
      assertThat(answer.headers().firstValue("X-Frame-Options")).as(path).contains("DENY");
      assertThat(answer.headers().allValues("Content-Security-Policy")).as(path).singleElement().asString()
          .contains("frame-ancestors 'none'").contains("default-src 'none'").contains("form-action 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
      assertThat(answer.body()).doesNotContain("onclick=").doesNotContain("<style").doesNotContainPattern("<script(?![^>]*src=)");
    }
  }

  @Test
  void ofAHundredCallbacksWithOneStateOneProceeds() throws Exception {
    StartedSession session = stage.session("user-19", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = IntStream.range(0, 100)
          .mapToObj(i -> threads.submit(() -> browser.get(callback).statusCode()))
          .toList();
      int proceeded = 0;
      for (Future<Integer> answer : answers) {
        proceeded += answer.get() == 303 ? 1 : 0;
      }
      assertThat(proceeded).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @Tag("S21")
  @ValueSource(strings = {"evil.com#", "a@b", "a%2e%2e", "..", "acme.evil.com", "acme/../..", "acme%2f", "acme\\x", "acme:1",
      "ACME\r\n",
      ""})
  void aProviderParameterThatEscapesItsTemplateIsRefused(String value) {
    String body = ConnectStage.sessionBody("user-20", stage.randomText(), b -> b.putObject("params").put("sub", value),
        "regional");
    assertThat(code(stage.api("POST", "/v1/connect-sessions", body, stage.apiKey))).isEqualTo("provider_parameter_invalid");
    HttpResponse<String> started = stage.start(browser, stage.session("user-20", "regional"), "regional", Map.of("sub", value));
    assertThat(code(started)).isEqualTo("provider_parameter_invalid");
  }

  @Test
  @Tag("S21")
  void aParameterOfTheOperatorIsNobodyElsesToSet() {
    String body = ConnectStage.sessionBody("user-21", stage.randomText(), b -> b.putObject("params").put("realm", "evil"),
        "regional");
    assertThat(code(stage.api("POST", "/v1/connect-sessions", body, stage.apiKey))).isEqualTo("provider_parameter_invalid");
    HttpResponse<String> started = stage.start(browser, stage.session("user-21", "regional"), "regional",
        Map.of("sub", "acme", "realm", "evil"));
    assertThat(code(started)).isEqualTo("provider_parameter_invalid");
    HttpResponse<String> missing = stage.start(browser, stage.session("user-21", "regional"), "regional", Map.of());
    assertThat(code(missing)).isEqualTo("provider_parameter_invalid");
  }

  @Test
  @Tag("S11")
  void aTokenEndpointThatMovedAfterTheSecretWasSetGetsNeitherSecretNorCode() {
    StartedSession session = stage.session("user-22", "sandbox-strict");
    String finishCode = stage.authorize(browser, session, "sandbox-strict");
    Integration integration = stage.proxy.bean(Configuration.class)
        .integration(IntegrationId.parse(stage.integration("sandbox-strict"))).orElseThrow();
    stage.proxy.bean(ClientSecrets.class).set(integration.workspace(), integration.id(), SecretText.of("sbx_secret_elsewhere"),
        "",
        "https://elsewhere.example", tx -> {});
    HttpResponse<String> answer = stage.finish(session, finishCode);
    assertThat(code(answer)).isEqualTo("token_origin_changed");
    assertThat(stage.reasons(session)).contains("token_origin_changed");
  }

  @Test
  @Tag("S11")
  void aTokenEndpointThatMovedSinceTheStartIsNotAsked() {
    StartedSession session = stage.session("user-23", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    stage.rows("update connect_attempt set token_endpoint = 'https://elsewhere.example/token' where state = 'authorized'");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("token_origin_changed");
  }

  @Test
  @Tag("S2")
  void aSealedCodeMovedToAnotherAttemptDoesNotOpen() {
    StartedSession one = stage.session("user-24", "sandbox");
    StartedSession two = stage.session("user-25", "sandbox");
    stage.authorize(browser, one, "sandbox");
    String finishCode = stage.authorize(browser, two, "sandbox");
    stage.rows(
        "update connect_attempt a set sealed_code = b.sealed_code from connect_attempt b where a.state = 'authorized' and b.state = 'authorized' and a.created_at > b.created_at");
    assertThat(code(stage.finish(two, finishCode))).isEqualTo("integrity_error");
    assertThat(stage.reasons(two)).contains("integrity_error");
  }

  /** What somebody who may write SQL, and is an end user too, would change: the victim's attempt in the thief's session, or the session's person. */
  @ParameterizedTest
  @Tag("S2")
  @ValueSource(strings = {
      "update connect_session t set authorized_attempt_id = v.authorized_attempt_id from connect_session v where t.session_id = '%2$s' and v.session_id = '%1$s'",
      "update connect_session t set end_user_id = v.end_user_id, code_challenge = v.code_challenge, finish_code_hash = v.finish_code_hash from connect_session v where t.session_id = '%1$s' and v.session_id = '%2$s'"})
  void aSealedCodeDoesNotBecomeSomebodyElsesConnection(String theft) {
    StartedSession victim = stage.session("user-26", "sandbox");
    stage.authorize(browser, victim, "sandbox");
    StartedSession thief = stage.session("user-27", "sandbox");
    String finishCode = stage.authorize(attacker, thief, "sandbox");
    stage.rows(theft.formatted(uuid(victim), uuid(thief)));
    String used = theft.contains("authorized_attempt_id") ? thief.id() : victim.id();
    assertThat(code(stage.finish(used, finishCode, thief.verifier(), thief.endUser(), stage.apiKey)))
        .isEqualTo("integrity_error");
  }

  private static UUID uuid(StartedSession session) {
    return ConnectSessionId.parse(session.id()).value();
  }

  @Test
  @Tag("S81")
  void aStartFromAnotherSiteIsRefused() throws Exception {
    writeRefusals();
    StartedSession session = stage.session("user-26", "sandbox");
    JsonNode view = stage.open(browser, session);
    ObjectNode body = object().put("session_token", session.token()).put("csrf_token", view.path("csrf_token").asText())
        .put("integration", stage.integration("sandbox"));
    URI start = URI.create(stage.proxy.connect() + "/connect/start");
    assertThat(code(browser.post(start, body.toString(), "https://evil.example"))).isEqualTo("cross_site");
    assertThat(code(browser.post(start, body.toString(), "null"))).isEqualTo("cross_site");
    assertThat(code(browser.send(HttpRequest.newBuilder(start).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))))).isEqualTo("cross_site");
    assertThat(code(browser.send(HttpRequest.newBuilder(start).header("Content-Type", "application/json")
        .header("Origin", stage.proxy.connect().toString()).header("Sec-Fetch-Site", "cross-site")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))))).isEqualTo("cross_site");
    assertThat(browser.send(HttpRequest.newBuilder(start).header("Content-Type", "text/plain")
        .header("Origin", stage.proxy.connect().toString()).POST(HttpRequest.BodyPublishers.ofString(body.toString())))
        .statusCode())
        .isEqualTo(415);
    assertThat(code(stage.page(browser, "/connect/start", body.deepCopy().put("csrf_token", stage.randomText()))))
        .isEqualTo("cross_site");
    assertThat(code(stage.page(attacker, "/connect/start", body))).isEqualTo("browser_mismatch");
    assertThat(stage.provider.requests()).isEmpty();
    writeRefusals();
    assertThat(lastRefusals("cross_site").path("detail").path("calls").asInt()).isEqualTo(5);
    assertThat(lastRefusals("browser_mismatch").path("detail").path("calls").asInt()).isEqualTo(1);
    assertThat(stage.page(browser, "/connect/start", body).statusCode()).isEqualTo(200);
  }

  private static void writeRefusals() throws ReflectiveOperationException {
    Method write = Refusals.class.getDeclaredMethod("write");
    write.setAccessible(true);
    write.invoke(stage.proxy.bean(Refusals.class));
  }

  private static JsonNode lastRefusals(String reason) {
    return ConnectStage.json(stage.rows("select convert_from(body, 'UTF8') from audit_event where workspace_id = '"
        + Database.STORE.value() + "' and convert_from(body, 'UTF8') like '%\"reason\":\"" + reason + "\"%' order by seq")
        .getLast());
  }

  @Test
  void aGetConsumesNothing() {
    StartedSession session = stage.session("user-27", "sandbox");
    for (int i = 0; i < 10; i++) {
      attacker.get(URI.create(stage.proxy.connect() + "/connect"));
    }
    assertThat(stage.status(session).path("status").asText()).isEqualTo("pending");
    assertThat(stage.open(browser, session).path("integrations")).hasSize(1);
  }

  @Test
  void anUnknownSessionTokenOpensNothing() {
    HttpResponse<String> answer = stage.page(browser, "/connect/session", object().put("session_token", stage.randomText()));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("session_invalid");
  }

  @Test
  void eachListenerAnswersItsOwnRoutesOnly() {
    assertThat(browser.get(URI.create(stage.proxy.api() + "/connect")).statusCode()).isIn(401, 404);
    assertThat(browser.get(URI.create(stage.proxy.api() + "/callback/" + stage.integration("sandbox"))).statusCode()).isIn(401,
        404);
    HttpResponse<String> api = browser.send(HttpRequest.newBuilder(URI.create(stage.proxy.connect() + "/v1/connect-sessions"))
        .header("Authorization", "Bearer " + stage.apiKey).POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(api.statusCode()).isIn(401, 404);
  }

  @Test
  @Tag("S37")
  void theTwentyFirstConnectRequestInAMinuteWaits() {
    StartedSession session = stage.session("user-28", "sandbox");
    HttpResponse<String> last = null;
    for (int i = 0; i < 21; i++) {
      last = stage.page(browser, "/connect/session", object().put("session_token", session.token()));
    }
    assertThat(java.util.Objects.requireNonNull(last).statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).isPresent();
    assertThat(stage.provider.calls(Call.AUTHORIZE)).isZero();
  }

  private static URI at(URI callback, String integration) {
    return URI.create(stage.proxy.connect() + "/callback/" + integration + "?" + callback.getRawQuery());
  }

  private static void assertRefused(HttpResponse<String> page, String code) {
    assertThat(page.statusCode()).as(page.body()).isBetween(400, 499);
    assertThat(pageCode(page)).isEqualTo(code);
    assertThat(page.headers().firstValue("Location")).isEmpty();
  }

  private static void assertRefused(HttpResponse<String> page, String code, StartedSession session) {
    assertRefused(page, code);
    assertThat(stage.reasons(session)).contains(code);
    assertThat(stage.status(session).path("reason").asText()).isEqualTo(code);
  }
}
