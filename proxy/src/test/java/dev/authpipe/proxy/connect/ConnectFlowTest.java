package dev.authpipe.proxy.connect;

import static dev.authpipe.proxy.connect.ConnectStage.code;
import static dev.authpipe.proxy.connect.ConnectStage.json;
import static dev.authpipe.proxy.connect.ConnectStage.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.Behaviours;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;
import dev.authpipe.wire.ConnectionId;

/** The steps of docs/connect-flow.md as they are meant to go. */
class ConnectFlowTest {
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
  void anEndUserConnectsAnAccount() {
    StartedSession session = stage.session("user-1", "sandbox");
    assertThat(session.connectUrl()).isEqualTo(URI.create(stage.proxy.connect() + "/connect#" + session.token()));
    assertThat(stage.status(session).path("status").asText()).isEqualTo("pending");
    String finishCode = stage.authorize(browser, session, "sandbox");
    assertThat(stage.provider.tokenCalls()).isZero();
    assertThat(stage.status(session).path("status").asText()).isEqualTo("authorized");
    HttpResponse<String> finished = stage.finish(session, finishCode);
    assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
    JsonNode connection = json(finished.body()).path("connection");
    assertThat(connection.path("id").asText()).startsWith("conn_");
    assertThat(connection.path("integration").asText()).isEqualTo("sandbox");
    assertThat(connection.path("end_user").asText()).isEqualTo("user-1");
    assertThat(connection.path("status").asText()).isEqualTo("active");
    assertThat(connection.path("account").asText()).isEqualTo("Ada Okafor");
    assertThat(connection.path("scopes").toString()).contains("profile").contains("issues:read");
    assertThat(stage.provider.tokenCalls()).isEqualTo(1);
    assertThat(stage.status(session).path("status").asText()).isEqualTo("finished");
    assertThat(stage.status(session).path("connection_id").asText()).isEqualTo(connection.path("id").asText());
    assertThat(stage.events(session.id())).extracting(event -> event.path("type").asText()).containsSubsequence(
        "connect.session_created", "connect.started", "connect.authorized", "connect.finished");
    assertThat(stage.events(connection.path("id").asText())).extracting(event -> event.path("type").asText())
        .contains("connection.created");
  }

  /** Made, shown, started (read, then recorded), authorized, claimed, made: a replica that met the session looks nothing up. Its jobs add some. */
  @Test
  void aFlowTakesSevenTransactions() {
    long fewest = IntStream.range(0, 8).mapToLong(number -> {
      long before = stage.proxy.bean(VaultDatabase.class).transactions();
      StartedSession session = stage.session("user-of-" + number, "sandbox");
      String finishCode = stage.authorize(new Browser(), session, "sandbox");
      assertThat(stage.finish(session, finishCode).statusCode()).isEqualTo(200);
      return stage.proxy.bean(VaultDatabase.class).transactions() - before;
    }).min().orElseThrow();
    assertThat(fewest).isEqualTo(7);
  }

  @Test
  void finishSentAgainReturnsTheSameConnectionWithoutASecondExchange() {
    StartedSession session = stage.session("user-2", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    String first = stage.finish(session, finishCode).body();
    HttpResponse<String> second = stage.finish(session, finishCode);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(json(second.body())).isEqualTo(json(first));
    assertThat(stage.provider.tokenCalls()).isEqualTo(1);
  }

  @Test
  void identicalFinishesAtOnceExchangeOnce() throws Exception {
    StartedSession session = stage.session("user-3", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    Gate gate = Gate.closed();
    stage.provider.script().next(Call.EXCHANGE, Behaviours.heldBy(gate));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = IntStream.range(0, 8)
          .mapToObj(i -> threads.submit(() -> stage.finish(session, finishCode))).toList();
      gate.awaitArrivals(1);
      gate.open();
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
        assertThat(json(answer.get().body())).isEqualTo(json(answers.getFirst().get().body()));
      }
    }
    assertThat(stage.provider.tokenCalls()).isEqualTo(1);
  }

  @Test
  void aProviderThatAsksToComeBackLeavesTheCodeForTheSameFinish() {
    StartedSession session = stage.session("user-4", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    stage.provider.script().next(Call.EXCHANGE, Behaviours.retryAfter(503, Duration.ofSeconds(7)));
    HttpResponse<String> first = stage.finish(session, finishCode);
    assertThat(code(first)).isEqualTo("provider_unreachable");
    assertThat(first.headers().firstValue("Retry-After")).contains("7");
    assertThat(stage.finish(session, finishCode).statusCode()).isEqualTo(200);
  }

  @Test
  void aDroppedAnswerIsNotAskedForAgain() {
    StartedSession session = stage.session("user-5", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    stage.provider.script().next(Call.EXCHANGE, Behaviours.dropsAnswer());
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("provider_timeout");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("provider_timeout");
    assertThat(stage.provider.tokenCalls()).isEqualTo(1);
    assertThat(stage.status(session).path("status").asText()).isEqualTo("failed");
  }

  @Test
  void aProcessThatDiedAfterItsIntentIsNeverFollowedByASecondExchange() {
    StartedSession session = stage.session("user-6", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    stage.rows(
        "update connect_attempt set state = 'exchanging', sent_at = now() - interval '91 seconds' where state = 'authorized'");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("provider_timeout");
    assertThat(stage.provider.tokenCalls()).isZero();
    assertThat(stage.reasons(session)).contains("exchange_interrupted");
  }

  @Test
  @Tag("S12")
  void fewerScopesThanAskedAreStoredAsGranted() {
    stage.provider.script().next(Call.EXCHANGE, Behaviours.scope("profile"));
    JsonNode connection = stage.connect("user-7", "sandbox");
    assertThat(connection.path("scopes").toString()).isEqualTo("[\"profile\"]");
    assertThat(connection.path("scopes_requested").toString()).isEqualTo("[\"profile\",\"issues:read\"]");
  }

  @Test
  @Tag("S12")
  void aSessionMayAskForFewerScopesAndNeverForMore() {
    StartedSession session = stage.session("user-8", body -> body.putArray("scopes").add("profile"), "sandbox");
    URI provider = URI.create(json(stage.start(browser, session, "sandbox", Map.of()).body()).path("location").asText());
    assertThat(ConnectStage.query(provider)).containsEntry("scope", "profile");
    String more = ConnectStage.sessionBody("user-8", stage.randomText(), body -> body.putArray("scopes").add("issues:write"),
        "sandbox");
    assertThat(code(stage.api("POST", "/v1/connect-sessions", more, stage.apiKey))).isEqualTo("scope_not_allowed");
  }

  @Test
  void aReconnectGivesTheConnectionANewGrant() {
    JsonNode connection = stage.connect("user-9", "sandbox");
    StartedSession again = stage.session("user-9", body -> body.put("connection_id", connection.path("id").asText()), "sandbox");
    HttpResponse<String> finished = stage.finish(again, stage.authorize(browser, again, "sandbox"));
    assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
    assertThat(json(finished.body()).path("connection").path("id")).isEqualTo(connection.path("id"));
    assertThat(json(finished.body()).path("connection").path("generation").asInt()).isEqualTo(2);
    assertThat(stage.events(connection.path("id").asText())).extracting(event -> event.path("type").asText())
        .contains("connection.reconnected");
  }

  @Test
  void askingForMoreKeepsWhatWasGranted() {
    StartedSession less = stage.session("user-40", body -> body.putArray("scopes").add("profile"), "sandbox");
    stage.provider.script().next(Call.EXCHANGE, Behaviours.scope("profile"));
    JsonNode connection = json(stage.finish(less, stage.authorize(browser, less, "sandbox")).body()).path("connection");
    assertThat(connection.path("scopes").toString()).isEqualTo("[\"profile\"]");

    StartedSession more = stage.session("user-40",
        body -> body.put("connection_id", connection.path("id").asText()).putArray("scopes").add("issues:read"), "sandbox");
    JsonNode shown = stage.open(browser, more).at("/integrations/0/scopes");
    assertThat(shown).extracting(scope -> scope.path("name").asText() + " " + scope.path("granted").asBoolean())
        .containsExactly("profile true", "issues:read false");
    URI provider = URI.create(json(stage.start(browser, more, "sandbox", Map.of()).body()).path("location").asText());
    assertThat(ConnectStage.query(provider)).containsEntry("scope", "profile issues:read");
    JsonNode now = json(stage.finish(more, stage.authorize(browser, more, "sandbox")).body()).path("connection");
    assertThat(now.path("id")).isEqualTo(connection.path("id"));
    assertThat(now.path("scopes").toString()).isEqualTo("[\"profile\",\"issues:read\"]");
    assertThat(now.path("scopes_requested")).isEqualTo(now.path("scopes"));
  }

  @Test
  void aScopeThatTheIntegrationNoLongerHasIsNotAskedForAgain() {
    JsonNode connection = stage.connect("user-41", "sandbox");
    stage.rows("update connection set scopes_granted = '{profile,admin}' where connection_id = '"
        + ConnectionId.parse(connection.path("id").asText()).value() + "'");
    StartedSession more = stage.session("user-41",
        body -> body.put("connection_id", connection.path("id").asText()).putArray("scopes").add("issues:read"), "sandbox");
    URI provider = URI.create(json(stage.start(browser, more, "sandbox", Map.of()).body()).path("location").asText());
    assertThat(ConnectStage.query(provider)).containsEntry("scope", "profile issues:read");
  }

  @Test
  void whereTheProviderHasNamesOfItsOwnWhatWasAskedForCounts() {
    StartedSession less = stage.session("user-43", body -> body.putArray("scopes").add("profile"), "sandbox");
    stage.provider.script().next(Call.EXCHANGE, Behaviours.scope("https://provider.example/auth/profile"));
    JsonNode connection = json(stage.finish(less, stage.authorize(browser, less, "sandbox")).body()).path("connection");
    StartedSession more = stage.session("user-43",
        body -> body.put("connection_id", connection.path("id").asText()).putArray("scopes").add("issues:read"), "sandbox");
    URI provider = URI.create(json(stage.start(browser, more, "sandbox", Map.of()).body()).path("location").asText());
    assertThat(ConnectStage.query(provider)).containsEntry("scope", "profile issues:read");
  }

  @Test
  void aConnectionThatNeedsItsPersonAgainGetsThemByAReconnect() {
    JsonNode connection = stage.connect("user-42", "sandbox");
    String path = "/v1/connections/" + connection.path("id").asText();
    stage.provider.script().next(Call.REFRESH, Behaviours.oauthError("invalid_grant"));
    assertThat(code(stage.api("POST", path + "/refresh", "", stage.apiKey))).isEqualTo("reauth_required");
    JsonNode broken = json(stage.api("GET", path, "", stage.apiKey).body());
    assertThat(broken.path("status").asText()).isEqualTo("reauth_required");
    assertThat(broken.path("reconsent").isMissingNode() || broken.path("reconsent").isNull()).isTrue();
    StartedSession again = stage.session("user-42", body -> body.put("connection_id", connection.path("id").asText()), "sandbox");
    assertThat(stage.finish(again, stage.authorize(browser, again, "sandbox")).statusCode()).isEqualTo(200);
    JsonNode mended = json(stage.api("GET", path, "", stage.apiKey).body());
    assertThat(mended.path("status").asText()).isEqualTo("active");
    assertThat(Instant.parse(mended.path("authorized_at").asText()))
        .isAfter(Instant.parse(connection.path("authorized_at").asText()));
    assertThat(stage.api("GET", path + "/token", "", stage.apiKey).statusCode()).isEqualTo(200);
  }

  @Test
  void aReconnectToAnotherAccountIsRefusedUnlessTheSessionAllowsIt() {
    JsonNode connection = stage.connect("user-10", "sandbox");
    Account bruno = stage.provider.accounts().get(1);
    stage.provider.consentsNext(bruno);
    StartedSession other = stage.session("user-10", body -> body.put("connection_id", connection.path("id").asText()), "sandbox");
    assertThat(code(stage.finish(other, stage.authorize(browser, other, "sandbox")))).isEqualTo("account_mismatch");
    assertThat(stage.reasons(other)).contains("account_mismatch");
    stage.provider.consentsNext(bruno);
    StartedSession allowed = stage.session("user-10",
        body -> body.put("connection_id", connection.path("id").asText()).put("allow_account_change", true), "sandbox");
    assertThat(stage.finish(allowed, stage.authorize(browser, allowed, "sandbox")).statusCode()).isEqualTo(200);
  }

  @Test
  void aReconnectIsForThePersonOfTheConnectionOnly() {
    JsonNode connection = stage.connect("user-11", "sandbox");
    String body = ConnectStage.sessionBody("user-12", stage.randomText(),
        b -> b.put("connection_id", connection.path("id").asText()),
        "sandbox");
    assertThat(code(stage.api("POST", "/v1/connect-sessions", body, stage.apiKey))).isEqualTo("not_found");
  }

  @Test
  void aRefusalAtTheProviderLeavesTheSessionOpenForAnotherTry() {
    StartedSession session = stage.session("user-13", "sandbox");
    stage.provider.script().nextCallback(CallbackChange.error("access_denied"));
    HttpResponse<String> page = browser.get(stage.callback(browser, session, "sandbox"));
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(ConnectStage.pageCode(page)).isEqualTo("access_denied");
    assertThat(page.body()).contains("href=\"/connect?lang=en\"").contains("error=access_denied").doesNotContain("scripted");
    assertThat(stage.status(session).path("reason").asText()).isEqualTo("access_denied");
    assertThat(stage.finish(session, stage.authorize(browser, session, "sandbox")).statusCode()).isEqualTo(200);
  }

  @Test
  void fiveAttemptsAreTheMostAndOnlyTheLastIsOpen() {
    StartedSession session = stage.session("user-14", "sandbox");
    URI first = stage.callback(browser, session, "sandbox");
    for (int i = 1; i < 5; i++) {
      assertThat(stage.start(browser, session, "sandbox", Map.of()).statusCode()).isEqualTo(200);
    }
    assertThat(ConnectStage.pageCode(browser.get(first))).isEqualTo("state_invalid");
    HttpResponse<String> sixth = stage.start(browser, session, "sandbox", Map.of());
    assertThat(sixth.statusCode()).isEqualTo(409);
    assertThat(code(sixth)).isEqualTo("attempt_limit");
  }

  @Test
  void tabsOfOneBrowserShareItsBinding() {
    StartedSession one = stage.session("user-15", "sandbox");
    StartedSession two = stage.session("user-15", "sandbox");
    URI firstCallback = stage.callback(browser, one, "sandbox");
    URI secondCallback = stage.callback(browser, two, "sandbox");
    assertThat(browser.cookies()).hasSize(1);
    assertThat(browser.get(firstCallback).statusCode()).isEqualTo(303);
    assertThat(browser.get(secondCallback).statusCode()).isEqualTo(303);
  }

  @Test
  void thePageSpeaksTheLanguageThatThePersonChoseOrTheBrowserAsksFor() {
    URI page = URI.create(stage.proxy.connect() + "/connect");
    assertThat(browser.get(page).body()).contains("<html lang=\"en\">", "One moment", "/connect/strings-en.js");
    assertThat(asking(page, "de-CH, en;q=0.5")).contains("<html lang=\"de\">", "Einen Moment", "/connect/strings-de.js");
    assertThat(asking(page, "pt, fr;q=0.9, en;q=0.8")).contains("<html lang=\"fr\">");
    assertThat(asking(URI.create(page + "?lang=fr"), "de")).contains("<html lang=\"fr\">",
        "href=\"/connect?lang=fr\" aria-current=\"true\"");
    assertThat(asking(URI.create(page + "?lang=xx%22%3E"), "de;q=x")).contains("<html lang=\"en\">").doesNotContain("xx");
    assertThat(browser.get(URI.create(page + "/strings-fr.js")).body()).contains("Continuer vers");
    assertThat(browser.get(URI.create(page + "/strings-..%2Fpage.js")).statusCode()).isEqualTo(404);
    assertThat(asking(URI.create(stage.proxy.connect() + "/callback/" + stage.integration("sandbox") + "?state=unknown"), "de"))
        .contains("<html lang=\"de\">", "Diese Antwort gilt nicht mehr", "state_invalid");
    StartedSession session = stage.session("user-words", "sandbox");
    JsonNode view = json(browser.post(URI.create(page + "/session?lang=de"),
        object().put("session_token", session.token()).toString(), stage.proxy.connect().toString()).body());
    assertThat(view.path("integrations").path(0).path("scopes").toString()).contains("Ihre Tickets lesen");
    assertThat(view.path("expires_in").asInt()).isBetween(500, 600);
  }

  private String asking(URI page, String languages) {
    return browser.send(HttpRequest.newBuilder(page).header("Accept-Language", languages).GET()).body();
  }

  @Test
  void thePageShowsWhoAsksForWhatInPlainWords() {
    StartedSession session = stage.session("user-16", "sandbox", "sandbox-key");
    JsonNode view = stage.open(browser, session);
    assertThat(view.path("application").asText()).isEqualTo("tasklight");
    assertThat(view.path("end_user").asText()).isEqualTo("Ada <b>Okafor</b>");
    assertThat(view.path("integrations")).hasSize(2);
    JsonNode sandbox = view.path("integrations").path(0);
    assertThat(sandbox.path("provider").asText()).isEqualTo("Sandbox");
    assertThat(sandbox.path("scopes").toString()).contains("see your name and e-mail address").contains("read your issues");
    assertThat(view.path("integrations").path(1).path("fields").toString()).contains("\"secret\":true");
    assertThat(view.toString()).doesNotContain(session.token());
  }

  @Test
  void anIdempotencyKeyMakesOneSession() {
    String body = ConnectStage.sessionBody("user-17", stage.randomText(), b -> {}, "sandbox");
    HttpResponse<String> first = stage.api("POST", "/v1/connect-sessions", body, stage.apiKey, "Idempotency-Key", "order-1");
    HttpResponse<String> second = stage.api("POST", "/v1/connect-sessions", body, stage.apiKey, "Idempotency-Key", "order-1");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    String other = ConnectStage.sessionBody("user-18", stage.randomText(), b -> {}, "sandbox");
    assertThat(code(stage.api("POST", "/v1/connect-sessions", other, stage.apiKey, "Idempotency-Key", "order-1")))
        .isEqualTo("idempotency_key_reused");
  }

  @Test
  void whatIsNotFinishedInTwoMinutesIsPurged() {
    StartedSession session = stage.session("user-19", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    stage.rows("update connect_session set authorized_at = now() - interval '121 seconds' where state = 'authorized'");
    stage.proxy.bean(ConnectPurge.class).purge();
    assertThat(stage.rows(
        "select count(*)::text from connect_attempt where sealed_code is not null or (sealed_verifier is not null and state <> 'open')"))
        .containsExactly("0");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("finish_code_invalid");
    assertThat(stage.provider.tokenCalls()).isZero();
    assertThat(stage.status(session).path("status").asText()).isEqualTo("expired");
    assertThat(stage.reasons(session)).contains("not_finished");
  }

  @Test
  void aFinishThatComesTooLateIsRefusedEvenBeforeThePurge() {
    StartedSession session = stage.session("user-20", "sandbox");
    String finishCode = stage.authorize(browser, session, "sandbox");
    stage.rows("update connect_session set authorized_at = now() - interval '121 seconds' where state = 'authorized'");
    assertThat(code(stage.finish(session, finishCode))).isEqualTo("finish_code_invalid");
    assertThat(stage.provider.tokenCalls()).isZero();
  }

  @Test
  void aSessionEndsAfterTenMinutes() {
    StartedSession session = stage.session("user-21", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    stage.rows("update connect_session set expires_at = now() - interval '1 second' where state = 'pending'");
    assertThat(ConnectStage.pageCode(browser.get(callback))).isEqualTo("session_invalid");
    HttpResponse<String> page = stage.page(browser, "/connect/session", object().put("session_token", session.token()));
    assertThat(code(page)).isEqualTo("session_invalid");
    assertThat(stage.status(session).path("status").asText()).isEqualTo("expired");
    assertThat(stage.provider.tokenCalls()).isZero();
  }

  @Test
  void aKeyIsKeptSealedAndTriedOnlyAtFinish() {
    String key = stage.provider.createApiKey(stage.provider.accounts().getFirst()).reveal();
    StartedSession session = stage.session("user-22", "sandbox-key");
    HttpResponse<String> entered = enter(session, key);
    assertThat(entered.statusCode()).as(entered.body()).isEqualTo(200);
    assertThat(stage.provider.calls(Call.API)).isZero();
    URI back = URI.create(json(entered.body()).path("location").asText());
    assertThat(back.toString()).startsWith(ConnectStage.RETURN_URL + "?session_id=" + session.id());
    HttpResponse<String> finished = stage.finish(session, ConnectStage.value(back, "finish_code"));
    assertThat(finished.statusCode()).as(finished.body()).isEqualTo(200);
    assertThat(json(finished.body()).path("connection").path("account").asText()).isEqualTo("Ada Okafor");
    assertThat(finished.body()).doesNotContain(key);
  }

  @Test
  void aWrongKeyIsToldAtFinishAndMayBeEnteredAgain() {
    StartedSession session = stage.session("user-23", "sandbox-key");
    URI back = URI.create(json(enter(session, "wrong-key-123456").body()).path("location").asText());
    assertThat(code(stage.finish(session, ConnectStage.value(back, "finish_code")))).isEqualTo("credential_refused");
    assertThat(stage.status(session).path("status").asText()).isEqualTo("pending");
    String key = stage.provider.createApiKey(stage.provider.accounts().getFirst()).reveal();
    URI better = URI.create(json(enter(session, key).body()).path("location").asText());
    assertThat(stage.finish(session, ConnectStage.value(better, "finish_code")).statusCode()).isEqualTo(200);
  }

  @Test
  void fiveEnteredKeysAreTheMost() {
    StartedSession session = stage.session("user-24", "sandbox-key");
    for (int i = 0; i < 5; i++) {
      URI back = URI.create(json(enter(session, "wrong-key-12345" + i).body()).path("location").asText());
      assertThat(code(stage.finish(session, ConnectStage.value(back, "finish_code")))).isEqualTo("credential_refused");
    }
    assertThat(stage.status(session).path("status").asText()).isEqualTo("failed");
    assertThat(enter(session, "wrong-key-123459").statusCode()).isEqualTo(400);
  }

  @Test
  @Tag("S1")
  void noSecretOfTheFlowStandsInTheStore() {
    StartedSession session = stage.session("user-25", "sandbox");
    URI callback = stage.callback(browser, session, "sandbox");
    String finishCode = stage.finishCode(browser.get(callback));
    URI answer = callback;
    String dump = String.join("\n",
        stage.rows("select s::text from connect_session s union all select a::text from connect_attempt a"));
    Set<String> secrets = Set.of(session.token(), finishCode, session.verifier(), ConnectStage.value(answer, "code"),
        ConnectStage.value(answer, "state"),
        browser.cookies().values().iterator().next());
    secrets.forEach(secret -> assertThat(dump).doesNotContain(secret)
        .doesNotContain(java.util.HexFormat.of().formatHex(secret.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
  }

  private HttpResponse<String> enter(StartedSession session, String key) {
    HttpResponse<String> opened = stage.page(browser, "/connect/session", object().put("session_token", session.token()));
    if (opened.statusCode() != 200) {
      return opened;
    }
    ObjectNode body = object().put("session_token", session.token())
        .put("csrf_token", json(opened.body()).path("csrf_token").asText())
        .put("integration", stage.integration("sandbox-key")).put("key", key);
    stage.proxy.moveTicker(Duration.ofSeconds(30));
    return stage.page(browser, "/connect/key", body);
  }
}
