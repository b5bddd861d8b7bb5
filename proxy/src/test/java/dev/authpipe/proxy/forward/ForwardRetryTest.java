package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.CallLimits.Counted;
import dev.authpipe.proxy.catalog.CallLimits.Retries;
import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenedCredentials;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.wire.ConnectionId;

/** Proxied calls that a provider cannot take now (S29). */
@Tag("S29")
class ForwardRetryTest {
  private static final String PATH = "/v1/proxy/" + new ConnectionId(UUID.randomUUID()) + "/x";
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Deque<ExchangeHandler> answers = new ArrayDeque<>();
  private final AtomicInteger calls = new AtomicInteger();

  private record Setup(LoopbackServer provider, ForwardProbe probe, TestServer proxy) {
    Reply send(String method, String headers, String body) throws IOException {
      try (RawClient client = new RawClient(proxy.settings.api().port())) {
        return client
            .send(method + " " + PATH + " HTTP/1.1\r\nHost: h\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n"
                + body)
            .reply(method.equals("HEAD"));
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private Setup setup(Retries retries) {
    LoopbackServer provider = LoopbackServer.start(this::next);
    open.add(provider);
    ForwardProbe probe = new ForwardProbe(provider.origin().resolve("/api"));
    probe.profile = ForwardProbe.profile(new CallLimits(Counted.PATH, 0, 0, null, null, retries));
    probe.credentialAgain = () -> new FreshOutcome.Fresh(OpenedCredentials.oauth(provider.origin().resolve("/api"), "at-2", 2));
    TestServer proxy = TestServer.start(probe);
    open.add(proxy);
    return new Setup(provider, probe, proxy);
  }

  private synchronized void next(Exchange exchange) throws IOException {
    calls.incrementAndGet();
    exchange.bodyText();
    ExchangeHandler prepared = answers.pollFirst();
    if (prepared == null) {
      exchange.answer(Answer.text(200, "done"));
    } else {
      prepared.handle(exchange);
    }
  }

  private void answer(int... statuses) {
    for (int status : statuses) {
      answers.addLast(exchange -> exchange.answer(Answer.text(status, "no")));
    }
  }

  @Test
  void withoutBeingAskedAnAnswerStandsAsItIs() throws Exception {
    Setup setup = setup(Retries.NONE);
    answer(503);
    Reply reply = setup.send("GET", "", "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("Authpipe-Repetitions")).isEmpty();
    assertThat(calls).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void aCallerWhoAsksForItHasTheCallMadeAgainWithTheCredentialOfThatMoment(int status) throws Exception {
    Setup setup = setup(Retries.NONE);
    answer(status, status);
    Reply reply = setup.send("PUT", "Authpipe-Retries: 2\r\n", "{\"a\":1}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("done");
    assertThat(reply.header("Authpipe-Repetitions")).isEqualTo("2");
    assertThat(setup.provider.requests()).hasSize(3).allSatisfy(seen -> {
      assertThat(seen.bodyText()).isEqualTo("{\"a\":1}");
      assertThat(seen.header("Authpipe-Retries")).isEmpty();
    });
    assertThat(setup.provider.requests().getLast().header("Authorization")).contains("Bearer at-2");
    assertThat(setup.probe.metrics.get("authpipe.proxy.calls.repeated").counter().count()).isEqualTo(2);
    assertThat(setup.probe.ends.poll(5, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.SUCCESS, null));
    assertThat(setup.probe.ends).isEmpty();
  }

  @Test
  void theLastAnswerIsTheCallers() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    answer(503, 503, 503);
    Reply reply = setup.send("GET", "", "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.body()).isEqualTo("no");
    assertThat(reply.header("Authpipe-Repetitions")).isEqualTo("2");
    assertThat(calls).hasValue(3);
  }

  @Test
  void aCallerCanForbidWhatTheProfileAllows() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    answer(503);
    assertThat(setup.send("GET", "Authpipe-Retries: 0\r\n", "").status()).isEqualTo(503);
    assertThat(calls).hasValue(1);
  }

  @Test
  void whatCouldDoHarmTwiceIsMadeOnce() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), "idempotency-key"));
    answer(503, 503);
    assertThat(setup.send("POST", "Authpipe-Retries: 3\r\n", "x").status()).isEqualTo(503);
    assertThat(setup.send("PATCH", "Authpipe-Retries: 3\r\n", "x").status()).isEqualTo(503);
    assertThat(calls).hasValue(2);
    answer(503);
    assertThat(setup.send("POST", "Idempotency-Key: 7\r\n", "x").status()).isEqualTo(200);
    assertThat(setup.provider.requests()).hasSize(4);
    assertThat(setup.provider.requests().getLast().header("Idempotency-Key")).contains("7");
  }

  @Test
  void aKeyThatTheProviderDoesNotKnowMakesNothingRepeatable() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    answer(503);
    assertThat(setup.send("POST", "Idempotency-Key: 7\r\n", "x").status()).isEqualTo(503);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aPauseLongerThanTheBudgetIsTheCallersToMake() throws Exception {
    Setup setup = setup(new Retries(5, Duration.ofSeconds(10), null));
    answers.addLast(exchange -> exchange.answer(Answer.of(503).with("Retry-After", "11")));
    Reply reply = setup.send("GET", "", "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("Retry-After")).isEqualTo("11");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aConnectionThatBreaksBeforeTheAnswerIsTriedAgain() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    answers.addLast(Exchange::drop);
    assertThat(setup.send("GET", "", "").status()).isEqualTo(200);
    assertThat(calls).hasValue(2);
    answers.addLast(Exchange::drop);
    assertThat(setup.send("POST", "", "x").header("Authpipe-Error")).isEqualTo("provider_unreachable");
    assertThat(calls).hasValue(3);
  }

  @Test
  void nothingOfAnAnswerThatBrokeWhileItWasHeldIsPassedOn() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    setup.probe.signal = new InvalidTokenSignal(Set.of(200), null, "/error", List.of("token_expired"));
    answers.addLast(exchange -> exchange.answerCutShort(Answer.json(200, "{\"call\":1}"), 5));
    answers.addLast(exchange -> exchange.answer(Answer.json(200, "{\"call\":2}")));
    assertThat(setup.send("GET", "", "").body()).isEqualTo("{\"call\":2}");
    assertThat(calls).hasValue(2);
  }

  @Test
  void whatTheProviderSaysToAnotherCallMeanwhileHoldsARepetitionToo() throws Exception {
    Setup setup = setup(new Retries(1, Duration.ofSeconds(10), null));
    answers.addLast(exchange -> exchange.answer(Answer.of(503).with("Retry-After", "1")));
    setup.probe.credentialAgain = () -> {
      try {
        answers.addLast(exchange -> exchange.answer(Answer.of(429).with("Retry-After", "60")));
        assertThat(setup.send("GET", "Authpipe-Retries: 0\r\n", "").status()).isEqualTo(429);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
      return new FreshOutcome.Fresh(OpenedCredentials.oauth(setup.provider.origin().resolve("/api"), "at-2", 2));
    };
    Reply reply = setup.send("GET", "", "");
    assertThat(reply.header("Authpipe-Error")).isEqualTo("provider_rate_limited");
    assertThat(reply.header("Retry-After")).isEqualTo("60");
    assertThat(calls).hasValue(2);
  }

  @Test
  void aBodyTooLargeToKeepIsSentOnce() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    answer(503);
    assertThat(setup.send("PUT", "", "x".repeat(65 * 1024)).status()).isEqualTo(503);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aCredentialThatIsGoneByThenIsNotUsedAgain() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(10), null));
    setup.probe.credentialAgain = FreshOutcome.Disconnected::new;
    answer(503);
    assertThat(setup.send("GET", "", "").header("Authpipe-Error")).isEqualTo("disconnected");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aCallerWhoLeavesDuringThePauseEndsTheCall() throws Exception {
    Setup setup = setup(new Retries(2, Duration.ofSeconds(60), null));
    answers.addLast(exchange -> exchange.answer(Answer.of(503).with("Retry-After", "50")));
    try (RawClient client = new RawClient(setup.proxy.settings.api().port())) {
      client.send("GET " + PATH + " HTTP/1.1\r\nHost: h\r\n\r\n");
      await().until(() -> setup.probe.metrics.get("authpipe.proxy.calls.repeated").counter().count() == 1);
    }
    assertThat(setup.probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.UNKNOWN, "caller_left"));
    assertThat(calls).hasValue(1);
  }
}
