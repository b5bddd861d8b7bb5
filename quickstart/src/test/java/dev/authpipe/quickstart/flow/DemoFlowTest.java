package dev.authpipe.quickstart.flow;

import static dev.authpipe.testkit.sandbox.Behaviours.answersHtml;
import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.normally;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.authpipe.quickstart.flow.ContractProxy.Reply;
import dev.authpipe.quickstart.sample.SampleApplication;
import dev.authpipe.quickstart.sample.SampleSettings;
import dev.authpipe.quickstart.stage.SandboxCircumstances;
import dev.authpipe.quickstart.stage.SandboxView;
import dev.authpipe.quickstart.stage.ShiftedClock;
import dev.authpipe.sdk.Authpipe;
import dev.authpipe.sdk.value.ApiKey;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.sandbox.AuthorizationServerSettings;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;
import dev.authpipe.testkit.sandbox.ScriptedAuthorizationServer;

/** The steps themselves, on a proxy that only keeps the contract's shape: each must notice when something is wrong. */
class DemoFlowTest {
  private static final ApiKey API_KEY = new ApiKey("ap_sk_canary-of-the-api-key");

  private static final String CONNECTION = "conn_11";

  /** One thing that is wrong, and the step that has to notice it. */
  private record Fault(String step, String what, Consumer<Parts> cause) {}

  /** Everything that the flow walks through. */
  private static final class Parts implements AutoCloseable {
    final CanaryText canary = CanaryText.random(new Random(7));
    final ShiftedClock clock = new ShiftedClock();
    final ScriptedAuthorizationServer provider;
    final ContractProxy proxy;
    final ContractControlPlane control;
    final Member member;
    final SampleApplication sample;
    final SampleRelay relay;
    final List<StepResult> results = new ArrayList<>();

    Parts() throws IOException {
      provider = ScriptedAuthorizationServer.start(new AuthorizationServerSettings(clock).consentPage(true).canary(canary));
      proxy = new ContractProxy(provider, clock);
      control = new ContractControlPlane(proxy::status);
      member = new Member(control.address());
      Authpipe authpipe = Authpipe.at(proxy.apiAddress(), API_KEY).build();
      sample = SampleApplication.start(new SampleSettings(0, authpipe, List.of("sandbox"), "/issues",
          URI.create(provider.apiBase() + "/me"), clock, new SandboxCircumstances(provider, clock, _ -> {})));
      relay = new SampleRelay(sample.address());
      proxy.alter("GET /callback/*", reply -> reply.replaced(sample.address().toString(), relay.address().toString()));
    }

    Surroundings where() {
      return new Surroundings(relay.address(), proxy.apiAddress(), proxy.connectAddress(), API_KEY,
          new SandboxView(provider, clock), new ControlView(member, ContractControlPlane.WORKSPACE), Duration.ofMillis(300));
    }

    boolean flow() {
      try (DemoFlow demo = new DemoFlow(where())) {
        return new Flow(new StepReport() {
          @Override
          public void begins(Step step) {}

          @Override
          public void ended(StepResult result) {
            results.add(result);
          }
        }).run(demo.steps());
      }
    }

    @Override
    public void close() {
      relay.close();
      sample.close();
      member.close();
      control.close();
      proxy.close();
      provider.close();
    }
  }

  private static Fault fault(String step, String what, Consumer<Parts> cause) {
    return new Fault(step, what, cause);
  }

  /** Only the answer of that number is changed, counted from 1. */
  private static UnaryOperator<Reply> nth(int number, UnaryOperator<Reply> alteration) {
    AtomicInteger count = new AtomicInteger();
    return reply -> count.incrementAndGet() == number ? alteration.apply(reply) : reply;
  }

  private static UnaryOperator<Reply> whileRefused(UnaryOperator<Reply> alteration) {
    return reply -> reply.status() >= 400 ? alteration.apply(reply) : reply;
  }

  private static Stream<Fault> faults() {
    return Stream.of(connecting(), using(), telling(), refreshing(), ending()).flatMap(List::stream);
  }

  private static List<Fault> connecting() {
    String signsIn = "Ada signs in to the sample application";
    String opens = "The application opens a connect session";
    String loads = "The hosted page loads";
    String binds = "The page binds Ada's browser";
    String starts = "Ada starts, and is sent to the provider";
    String consents = "Ada consents at the provider";
    String returns = "The callback returns to the application";
    String bruno = "Bruno, with Ada's link, is refused";
    String finishes = "The application finishes from Ada's own session";
    return List.of(fault(signsIn, "the sample application is broken", it -> it.relay.answer("GET /", 500, "")),
        fault(signsIn, "nobody may sign in", it -> it.relay.answer("POST /api/sign-in", 400, "{}")),
        fault(opens, "the proxy refuses", it -> it.proxy.alter("POST /v1/connect-sessions", reply -> reply.status(403))),
        fault(opens, "the connect URL leads elsewhere", it -> it.proxy.alter("POST /v1/connect-sessions",
            reply -> reply.replaced("http://127.0.0.1:\\d+/connect", "http://127.0.0.1:1/connect"))),
        fault(opens, "the session token stands in the query",
            it -> it.proxy.alter("POST /v1/connect-sessions", reply -> reply.replaced("/connect#", "/connect?token="))),
        fault(loads, "the page is broken", it -> it.proxy.alter("GET /connect", reply -> reply.status(500))),
        fault(loads, "the page may be framed", it -> it.proxy.alter("GET /connect",
            reply -> reply.header("Content-Security-Policy", "default-src 'none'"))),
        fault(loads, "inline script may run",
            it -> it.proxy.alter("GET /connect",
                reply -> reply.header("Content-Security-Policy", "script-src 'unsafe-inline'; frame-ancestors 'none'"))),
        fault(binds, "the session is refused", it -> it.proxy.alter("POST /connect/session", reply -> reply.status(400))),
        fault(binds, "there is nothing to choose", it -> it.proxy.alter("POST /connect/session",
            reply -> reply.body("{\"integrations\":[]}"))),
        fault(starts, "starting is refused", it -> it.proxy.alter("POST /connect/start", reply -> reply.status(429))),
        fault(starts, "PKCE is plain",
            it -> it.proxy.alter("POST /connect/start", reply -> reply.replaced("=S256", "=plain"))),
        fault(starts, "the state is short",
            it -> it.proxy.alter("POST /connect/start", reply -> reply.replaced("state=[^&]*", "state=short"))),
        fault(starts, "the redirect URI is another one",
            it -> it.proxy.alter("POST /connect/start", reply -> reply.replaced("callback%2F", "elsewhere%2F"))),
        fault(consents, "the provider asks nobody", it -> it.provider.script().always(Call.AUTHORIZE, answersStatus(500))),
        fault(consents, "the provider declines",
            it -> it.provider.script().nextCallback(CallbackChange.error("access_denied"))),
        fault(returns, "the callback is refused", it -> it.proxy.alter("GET /callback/*", reply -> {
          reply.headers().remove("Location");
          return reply.status(400);
        })),
        fault(returns, "the callback answers with 302", it -> it.proxy.alter("GET /callback/*", reply -> reply.status(302))),
        fault(returns, "the return leads to another page",
            it -> it.proxy.alter("GET /callback/*", reply -> reply.replaced("/connected\\?", "/elsewhere?"))),
        fault(returns, "there is no finish code",
            it -> it.proxy.alter("GET /callback/*", reply -> reply.replaced("finish_code=", "other="))),
        fault(returns, "the session is another one",
            it -> it.proxy.alter("GET /callback/*", reply -> reply.replaced("session_id=[^&]*", "session_id=cs_other"))),
        fault(returns, "the code is exchanged too early", it -> it.proxy.alter("GET /callback/*", reply -> {
          it.proxy.callTokenEndpoint("authorization_code");
          return reply;
        })),
        fault(returns, "the return page is broken", it -> it.relay.answer("GET /connected", 500, "")),
        fault(bruno, "Bruno gets in", it -> it.relay.answer("POST /api/connect/finish", 200, "{\"status\":\"active\"}")),
        fault(finishes, "the token answer lacks its access token",
            it -> it.provider.script().next(Call.EXCHANGE, without("access_token"))),
        fault(finishes, "the token answer is a web page", it -> it.provider.script().next(Call.EXCHANGE, answersHtml())),
        fault(finishes, "the code is refused", it -> it.provider.script().next(Call.EXCHANGE, oauthError("invalid_grant"))),
        fault(finishes, "the code is exchanged twice", it -> it.proxy.alter("POST /v1/connect-sessions/*/finish", reply -> {
          it.proxy.callTokenEndpoint("authorization_code");
          return reply;
        })),
        fault(finishes, "the connection is not active",
            it -> it.proxy.alter("POST /v1/connect-sessions/*/finish", reply -> reply.replaced("active", "degraded"))));
  }

  private static List<Fault> using() {
    String lists = "The application lists Ada's connections";
    String imports = "Ada's issues come in through the proxy";
    String reads = "The application reads a fresh access token";
    String proxied = "A proxied call never shows it the credential";
    return List.of(fault(lists, "there is none",
        it -> it.proxy.alter("GET /v1/connections", reply -> reply.body("{\"data\":[]}"))),
        fault(lists, "there is another one",
            it -> it.proxy.alter("GET /v1/connections", reply -> reply.replaced("conn_\\w+", "conn_other"))),
        fault(imports, "the provider's API is broken", it -> it.provider.script().always(Call.API, answersStatus(500))),
        fault(imports, "the provider's API answers a web page", it -> it.provider.script().always(Call.API, answersHtml())),
        fault(imports, "the proxied body is another one",
            it -> it.proxy.alter("GET /v1/proxy/*/issues", reply -> reply.body("{\"issues\":[]}"))),
        fault(reads, "the access token may not be read",
            it -> it.proxy.alter("GET /v1/connections/*/token", reply -> reply.status(403))),
        fault(reads, "the application does not reach the provider with it", it -> it.relay.answer(
            "POST /api/connections/" + CONNECTION + "/profile", 502, "{}")),
        fault(reads, "the access token is somebody else's", it -> it.relay.answer(
            "POST /api/connections/" + CONNECTION + "/profile", 200, "{\"login\":\"bruno\"}")),
        fault(reads, "the access token does not work", it -> it.proxy.alter("GET /v1/connections/*/token",
            reply -> reply.replaced("(\"access_token\":\")[^\"]*", "$1another"))),
        fault(proxied, "the proxied call fails", it -> it.proxy.alter("GET /v1/proxy/*/me", reply -> reply.status(502))),
        fault(proxied, "the provider gets another credential", it -> it.proxy.alter("GET /v1/proxy/*/me", reply -> {
          it.proxy.callApiWithAnotherCredential();
          return reply;
        })),
        fault(proxied, "the body shows the credential", it -> it.proxy.alter("GET /v1/proxy/*/me",
            reply -> reply.body("{\"login\":\"" + it.proxy.accessToken() + "\"}"))),
        fault(proxied, "a header shows the credential", it -> it.proxy.alter("GET /v1/proxy/*/me",
            reply -> reply.header("X-Sent", "Bearer " + it.proxy.accessToken()))));
  }

  private static List<Fault> telling() {
    String arrives = "The connection arrives as metadata";
    String ends = "Its end arrives as well";
    String connection = "/connections/*";
    return List.of(
        fault(arrives, "it never does", it -> it.control.alterInWorkspace("GET", connection, reply -> reply.status(404))),
        fault(arrives, "it is not active",
            it -> it.control.alterInWorkspace("GET", connection,
                reply -> reply.replaced("\"status\":\"active\"", "\"status\":\"purged\""))),
        fault(arrives, "there is more than metadata",
            it -> it.control.alterInWorkspace("GET", connection, reply -> reply.replaced("^\\{", "{\"account\":\"ada\","))),
        fault(arrives, "it names her",
            it -> it.control.alterInWorkspace("GET", connection, reply -> reply.replaced("^\\{", "{\"reason\":\"user_ada\","))),
        fault(ends, "it is still active", it -> it.control.alterInWorkspace("GET", connection,
            reply -> reply.replaced("disconnected", "active"))));
  }

  private static List<Fault> refreshing() {
    String expires = "Two hours pass: the access token is dead";
    String refreshes = "The next read refreshes it, once";
    String forced = "A forced refresh renews it again";
    String token = "GET /v1/connections/*/token";
    return List.of(fault(expires, "it lives on",
        it -> it.provider.settings().accessTokenLifetime(Duration.ofHours(5))),
        fault(refreshes, "the refresh is refused", it -> it.provider.script().next(Call.REFRESH, oauthError("invalid_grant"))),
        fault(refreshes, "it is refreshed twice", it -> it.proxy.alter(token, nth(3, reply -> {
          it.proxy.callTokenEndpoint("refresh_token");
          return reply;
        }))),
        fault(refreshes, "the generation stands still",
            it -> it.proxy.alter(token, nth(3, reply -> reply.replaced("(\"generation\":)\\d+", "$11")))),
        fault(refreshes, "the old access token comes again", it -> {
          AtomicReference<String> first = new AtomicReference<>("");
          it.proxy.alter(token, nth(1, reply -> {
            first.set(reply.body());
            return reply;
          }));
          it.proxy.alter(token, nth(3, reply -> reply.body(first.get())));
        }),
        fault(forced, "it is refused",
            it -> it.proxy.alter("POST /v1/connections/*/refresh", reply -> reply.status(429))),
        fault(forced, "nothing is refreshed",
            it -> it.proxy.alter("POST /v1/connections/*/refresh", reply -> reply.replaced("refreshed", "not_needed"))),
        fault(forced, "it is refreshed twice", it -> it.proxy.alter("POST /v1/connections/*/refresh", reply -> {
          it.proxy.callTokenEndpoint("refresh_token");
          return reply;
        })),
        fault(forced, "the generation stands still",
            it -> it.proxy.alter(token, nth(4, reply -> reply.replaced("(\"generation\":)\\d+", "$12")))));
  }

  private static List<Fault> ending() {
    String disconnects = "Ada disconnects: revoked at the provider";
    String refused = "The next call is refused as disconnected";
    String again = "Ada connects once more";
    String asks = "Ada asks to be erased";
    String receipt = "The receipt says what was done";
    String nothing = "Nothing of hers works at the provider";
    String gone = "Her connection and her export are gone";
    String lists = "The audit log lists what happened";
    return List.of(fault(disconnects, "the provider does not revoke",
        it -> it.provider.script().always(Call.REVOKE, answersStatus(503))),
        fault(disconnects, "the proxy does not disconnect",
            it -> it.proxy.alter("DELETE /v1/connections/*", reply -> reply.status(503))),
        fault(refused, "the call goes through",
            it -> it.proxy.alter("GET /v1/proxy/*/me", whileRefused(reply -> reply.status(200)))),
        fault(refused, "another refusal comes", it -> it.proxy.alter("GET /v1/proxy/*/me",
            whileRefused(
                reply -> reply.header("Authpipe-Error", "reauth_required").replaced("disconnected", "reauth_required")))),
        fault(again, "the second code is refused",
            it -> it.provider.script().next(Call.EXCHANGE, normally(), oauthError("invalid_grant"))),
        fault(asks, "the proxy does not erase",
            it -> it.proxy.alter("DELETE /v1/end-users/user_ada", reply -> reply.status(503).body("{}"))),
        fault(receipt, "it never ends",
            it -> it.proxy.alter("GET /v1/erasures/*", reply -> reply.replaced("completed", "running"))),
        fault(receipt, "it leaves her connection out",
            it -> it.proxy.alter("GET /v1/erasures/*", reply -> reply.replaced("conn_\\w+", "conn_other"))),
        fault(receipt, "it names her",
            it -> it.proxy.alter("GET /v1/erasures/*", reply -> reply.replaced("^\\{", "{\"person\":\"user_ada\","))),
        fault(nothing, "the second grant is not revoked",
            it -> it.provider.script().next(Call.REVOKE, normally()).always(Call.REVOKE, answersStatus(503))),
        fault(gone, "the connection is still there", it -> it.proxy.alter("GET /v1/connections/*",
            whileRefused(reply -> reply.status(200).header("Content-Type", "application/json").body(
                "{\"id\":\"conn_1\",\"integration\":\"sandbox\",\"end_user\":\"user_ada\",\"status\":\"active\"}")))),
        fault(gone, "the store does not answer", it -> it.proxy.alter("GET /v1/connections/*",
            whileRefused(reply -> reply.status(403)))),
        fault(gone, "her export is still there",
            it -> it.proxy.alter("GET /v1/end-users/user_ada/export", reply -> reply.status(200))),
        fault(lists, "it cannot be read", it -> it.proxy.alter("GET /v1/audit-events", reply -> reply.status(403))),
        fault(lists, "the connection is not on record", it -> unrecorded(it, "connection.created")),
        fault(lists, "the refresh is not on record", it -> unrecorded(it, "refresh.succeeded")),
        fault(lists, "the disconnecting is not on record", it -> unrecorded(it, "connection.disconnected")),
        fault(lists, "the erasure is not on record", it -> unrecorded(it, "erasure.completed")),
        fault(lists, "it names her",
            it -> it.proxy.alter("GET /v1/audit-events", reply -> reply.replaced("^\\{", "{\"name\":\"Ada Okafor\","))));
  }

  private static void unrecorded(Parts it, String type) {
    it.proxy.alter("GET /v1/audit-events", reply -> reply.replaced(type.replace(".", "\\."), "other.type"));
  }

  @TestFactory
  @Tag("S62")
  Stream<DynamicTest> everyFaultIsNoticedByItsStepAndNoSecretIsPrinted() {
    return faults().map(fault -> dynamicTest(fault.step + ": " + fault.what, () -> {
      try (Parts parts = new Parts()) {
        fault.cause.accept(parts);

        assertThat(parts.flow()).as("the flow held").isFalse();

        List<StepResult> results = parts.results;
        assertThat(results.getLast().step().name()).as(() -> results.getLast().toString()).isEqualTo(fault.step);
        assertThat(results.subList(0, results.size() - 1)).allMatch(StepResult::held);
        printsNoSecret(parts);
      }
    }));
  }

  @Test
  void everyStepHoldsWhenTheContractIsKept() throws IOException {
    try (Parts parts = new Parts()) {
      assertThat(parts.flow()).as(() -> parts.results.getLast().toString()).isTrue();
      assertThat(parts.results).hasSizeGreaterThan(20).extracting(StepResult::remark)
          .allSatisfy(remark -> assertThat(remark).hasSizeLessThan(80));
      printsNoSecret(parts);
    }
  }

  @Test
  void everyStepHasAFaultThatItNotices() throws IOException {
    try (Parts parts = new Parts(); DemoFlow demo = new DemoFlow(parts.where())) {
      assertThat(new TreeSet<>(faults().map(Fault::step).toList()))
          .isEqualTo(new TreeSet<>(demo.steps().stream().map(Step::name).toList()));
    }
  }

  @Test
  void clockGoesOnAndCanBeMoved() {
    ShiftedClock clock = new ShiftedClock();
    Instant before = clock.instant();
    clock.moveOn(Duration.ofHours(2));

    assertThat(clock.instant()).isAfterOrEqualTo(before.plus(Duration.ofHours(2)));
  }

  private static void printsNoSecret(Parts parts) {
    String printed = parts.results.toString();
    assertThat(parts.canary.search(printed)).isEmpty();
    assertThat(printed).doesNotContain(API_KEY.reveal());
  }
}
