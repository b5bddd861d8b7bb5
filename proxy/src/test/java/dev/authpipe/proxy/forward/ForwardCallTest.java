package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.catalog.ApiProfile.Injection;
import dev.authpipe.proxy.catalog.ApiProfile.Timeouts;
import dev.authpipe.proxy.catalog.RefreshProfile.InvalidTokenSignal;
import dev.authpipe.proxy.egress.EgressSettings;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.OpenedCredentials;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http.RecordedRequest;
import dev.authpipe.wire.ConnectionId;

class ForwardCallTest {
  private static final String CONNECTION = new ConnectionId(UUID.randomUUID()).toString();
  private final List<AutoCloseable> open = new ArrayList<>();

  private record Setup(LoopbackServer provider, ProviderDoor door, ForwardProbe probe, TestServer proxy) {
    RawClient client() throws IOException {
      return new RawClient(proxy.settings.api().port());
    }

    RecordedRequest seen() {
      return provider.requests().getLast();
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private Setup setup(ExchangeHandler handler) {
    LoopbackServer provider = LoopbackServer.start(handler);
    open.add(provider);
    ProviderDoor door = door(provider);
    open.add(door);
    ForwardProbe probe = door.probe("/api");
    TestServer proxy = TestServer.start(probe);
    open.add(proxy);
    return new Setup(provider, door, probe, proxy);
  }

  /** How the provider is reached: all of this holds whatever version of HTTP it speaks. */
  ProviderDoor door(LoopbackServer provider) {
    return ProviderDoor.http1(provider);
  }

  @Test
  @Tag("S24")
  void theProviderSeesTheCallersRequestWithTheCredentialInjected() throws Exception {
    Setup setup = setup(exchange -> {
      exchange.bodyText();
      exchange.answer(Answer.json(201, "{\"ok\":true}").with("X-Provider", "1"));
    });
    try (RawClient client = setup.client()) {
      Reply reply = client.send("POST " + path("/items/a%20b?q=%2F&x=1+2&empty=")
          + " HTTP/1.1\r\nHost: proxy.example\r\nauthorization: Bearer ap_sk_canary\r\n"
          + "Content-Type: application/json\r\nX-Custom: yes\r\nAccept: */*\r\nContent-Length: 7\r\n\r\n{\"a\":1}").reply();
      assertThat(reply.status()).isEqualTo(201);
      assertThat(reply.body()).isEqualTo("{\"ok\":true}");
      assertThat(reply.header("X-Provider")).isEqualTo("1");
      assertThat(reply.header("Authpipe-Error")).isEmpty();
    }
    assertThat(setup.seen().method()).isEqualTo("POST");
    assertThat(setup.seen().rawTarget()).isEqualTo("/api/items/a%20b?q=%2F&x=1+2&empty=");
    assertThat(setup.seen().bodyText()).isEqualTo("{\"a\":1}");
    assertThat(setup.seen().headerValues("Authorization")).containsExactly("Bearer at-1");
    assertThat(setup.seen().header("Host")).contains(setup.door.origin().getAuthority());
    assertThat(setup.seen().header("X-Custom")).contains("yes");
    assertThat(setup.seen().header("Accept-Version")).contains("2");
    assertThat(new String(setup.seen().head(), StandardCharsets.ISO_8859_1)).doesNotContain("canary", "proxy.example",
        "authpipe-");
    assertThat(setup.probe.ends.poll(5, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.SUCCESS, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forwarded: for=1.2.3.4", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil",
      "X_Forwarded_Host: evil", "Proxy-Authorization: x",
      "Proxy-Connection: keep-alive", "Cookie: a=b", "Via: 1.1 x", "X-Real-IP: 1.2.3.4", "X-Original-URL: /admin",
      "X-Original-Anything: x",
      "X-Rewrite-URL: /admin", "TE: gzip", "Trailer: X-A", "Upgrade: websocket", "Keep-Alive: 5", "Expect: 100-continue",
      "Authpipe-End-User: ada",
      "Authpipe-Anything: x", "X-Http2-Scheme: https", "HTTP2-Settings: AAMAAABkAAQAAP__", "AUTHORIZATION: Basic x",
      "Connection: keep-alive, X-Secret\r\nX-Secret: 1"})
  @Tag("S24")
  void whatACallerMustNotSetNeverReachesTheProvider(String header) throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.of(200)));
    try (RawClient client = setup.client()) {
      assertThat(
          client.send("GET " + path("/x") + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\nX-Kept: 1\r\n\r\n").reply().status())
          .isEqualTo(200);
    }
    String name = header.substring(header.lastIndexOf('\n') + 1, header.lastIndexOf(':'));
    if (name.equalsIgnoreCase("Authorization")) {
      assertThat(setup.seen().headerValues(name)).containsExactly("Bearer at-1");
    } else {
      assertThat(setup.seen().header(name)).isEmpty();
    }
    assertThat(setup.seen().header("Connection").filter(value -> value.contains("X-Secret"))).isEmpty();
    assertThat(setup.seen().header("X-Kept")).contains("1");
  }

  @Test
  @Tag("S24")
  void theProfileDecidesWhereTheCredentialGoesAndTheCallerCannotSetThatHeader() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.of(200)));
    setup.probe.profile = ForwardProbe.profile(Timeouts.DEFAULT, new Injection("X-Api-Key", "key={credential}"),
        Set.of("cookie"));
    try (RawClient client = setup.client()) {
      client.send("GET " + path("/x") + " HTTP/1.1\r\nHost: h\r\nx-api-key: mine\r\nX_Api_Key: mine\r\nCookie: a=b\r\n\r\n")
          .reply();
      assertThat(setup.seen().headerValues("X-Api-Key")).containsExactly("key=at-1");
      assertThat(setup.seen().header("X_Api_Key")).isEmpty();
      assertThat(setup.seen().header("Cookie")).contains("a=b");
      assertThat(setup.seen().header("Authorization")).isEmpty();
      setup.probe.credential = OpenedCredentials.open(CredentialType.BASIC, setup.probe.credential.apiBase(), "pass:word", null,
          "user", 1);
      client.send("GET " + path("/x") + " HTTP/1.1\r\nHost: h\r\n\r\n").reply();
      assertThat(setup.seen().headerValues("Authorization")).containsExactly("Basic dXNlcjpwYXNzOndvcmQ=");
    }
  }

  @Test
  @Tag("S20")
  void ourHeadersInAProvidersAnswerAreStripped() throws Exception {
    Setup setup = setup(
        exchange -> exchange.answer(Answer.of(200).with("Authpipe-Error", "forged").with("Authpipe-Request-Id", "req_forged")
            .with("Connection", "X-Hop").with("X-Hop", "1").with("Keep-Alive", "5").with("Proxy-Authenticate", "x")
            .with("Set-Cookie", "a=b")));
    try (RawClient client = setup.client()) {
      Reply reply = client.send(get("/x")).reply();
      assertThat(reply.header("Authpipe-Error")).isEmpty();
      assertThat(reply.header("Authpipe-Request-Id")).startsWith("req_").isNotEqualTo("req_forged");
      assertThat(reply.headers().keySet()).containsExactlyInAnyOrder("authpipe-request-id", "content-length", "set-cookie");
    }
  }

  @Test
  @Tag("S23")
  void aRedirectGoesBackToTheCaller() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.redirect(302, URI.create("https://evil.example/"))));
    try (RawClient client = setup.client()) {
      Reply reply = client.send(get("/x")).reply();
      assertThat(reply.status()).isEqualTo(302);
      assertThat(reply.header("Location")).isEqualTo("https://evil.example/");
    }
    assertThat(setup.provider.requests()).hasSize(1);
  }

  @Test
  void everyFormOfAnswerArrives() throws Exception {
    Setup setup = setup(exchange -> {
      switch (exchange.request().rawPath()) {
        case "/api/chunked" -> {
          try (OutputStream out = exchange.streamChunked(200, List.of())) {
            out.write("abc".getBytes(StandardCharsets.US_ASCII));
            out.write("def".getBytes(StandardCharsets.US_ASCII));
          }
        }
        case "/api/none" -> exchange.answer(Answer.of(204));
        case "/api/unchanged" -> exchange.answer(Answer.of(304).with("ETag", "x"));
        default -> exchange.answer(Answer.text(200, "whole"));
      }
    });
    try (RawClient client = setup.client()) {
      assertThat(client.send(get("/chunked")).reply().body()).isEqualTo("abcdef");
      assertThat(client.send(get("/none")).reply().status()).isEqualTo(204);
      assertThat(client.send(get("/unchanged")).reply().status()).isEqualTo(304);
      Reply head = client.send("HEAD " + path("/whole") + " HTTP/1.1\r\nHost: h\r\n\r\n").reply(true);
      assertThat(head.header("Content-Length")).isEqualTo("5");
      assertThat(client.send(get("/whole")).reply().body()).isEqualTo("whole");
      client.send(get("/chunked") + get("/whole") + get("/none") + get("/whole"));
      assertThat(List.of(client.reply().body(), client.reply().body(), client.reply().body(), client.reply().body()))
          .containsExactly("abcdef", "whole", "",
              "whole");
    }
    assertThat(setup.door.openConnections()).isEqualTo(1);
    try (RawClient old = setup.client()) {
      Reply reply = old.send("GET " + path("/chunked") + " HTTP/1.0\r\nHost: h\r\n\r\n").reply();
      assertThat(reply.body()).isEqualTo("abcdef");
      assertThat(reply.header("Transfer-Encoding")).isEmpty();
    }
  }

  @Test
  void aBodyWithoutLengthIsPassedOnAndExpectationsAreAnswered() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.text(200, exchange.bodyText())));
    try (RawClient client = setup.client()) {
      client.send("POST " + path("/x")
          + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("abcde");
      client.send("PUT " + path("/x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("ok").reply().body()).isEqualTo("ok");
    }
  }

  @Test
  @Tag("S54")
  void aRefusedAccessTokenIsRenewedOnceAndTheCallMadeAgain() throws Exception {
    Setup setup = setup(exchange -> {
      String body = exchange.bodyText();
      exchange.answer(exchange.request().header("Authorization").orElse("").equals("Bearer at-2")
          ? Answer.text(200, "with " + body)
          : Answer.text(401, "no").with("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    });
    setup.probe.renewal = _ -> new FreshOutcome.Fresh(OpenedCredentials.oauth(setup.probe.credential.apiBase(), "at-2", 2));
    try (RawClient client = setup.client()) {
      Reply reply = client.send("POST " + path("/x?y=1") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody").reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("with body");
      assertThat(client.send(get("/x")).reply().body()).isEqualTo("with ");
    }
    assertThat(setup.provider.requests()).hasSize(4).allSatisfy(request -> assertThat(request.rawPath()).isEqualTo("/api/x"));
    assertThat(setup.probe.refused).containsExactly(1L, 1L);
  }

  @Test
  @Tag("S54")
  void aRefusalThatRenewingDoesNotHelpIsTheAnswer() throws Exception {
    Setup setup = setup(
        exchange -> exchange.answer(Answer.text(401, "still no").with("WWW-Authenticate", "Bearer error=\"invalid_token\"")));
    try (RawClient client = setup.client()) {
      Reply reply = client.send(get("/x")).reply(); // the grant is dead
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.body()).isEqualTo("still no");
      assertThat(reply.header("Authpipe-Error")).isEmpty();
      setup.probe.renewal = generation -> new FreshOutcome.Fresh(
          OpenedCredentials.oauth(setup.probe.credential.apiBase(), "at-1", generation));
      assertThat(client.send(get("/x")).reply().status()).isEqualTo(401); // renewed lately: the same generation
      assertThat(setup.provider.requests()).hasSize(2);
      setup.probe.renewal = _ -> new FreshOutcome.Fresh(OpenedCredentials.oauth(setup.probe.credential.apiBase(), "at-2", 2));
      assertThat(client.send(get("/x")).reply().status()).isEqualTo(401); // one replay, not two
      assertThat(setup.provider.requests()).hasSize(4);
    }
  }

  @Test
  @Tag("S54")
  void onlyTheProfilesSignalCountsAsARefusedAccessToken() throws Exception {
    Setup setup = setup(exchange -> exchange
        .answer(Answer.text(401, "wrong scope").with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")));
    try (RawClient client = setup.client()) {
      assertThat(client.send(get("/x")).reply().status()).isEqualTo(401);
    }
    assertThat(setup.probe.refused).isEmpty();
  }

  @Test
  @Tag("S54")
  void aRefusalInTheBodyOfAGoodStatusIsFound() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(exchange.request().header("Authorization").orElse("").equals("Bearer at-2")
        ? Answer.json(200, "{\"ok\":true}")
        : Answer.json(200, "{\"ok\":false,\"error\":\"token_expired\"}")));
    setup.probe.signal = new InvalidTokenSignal(Set.of(200, 401), null, "/error", List.of("token_expired"));
    setup.probe.renewal = _ -> new FreshOutcome.Fresh(OpenedCredentials.oauth(setup.probe.credential.apiBase(), "at-2", 2));
    try (RawClient client = setup.client()) {
      assertThat(client.send(get("/x")).reply().body()).isEqualTo("{\"ok\":true}");
      setup.probe.credential = OpenedCredentials.oauth(setup.probe.credential.apiBase(), "at-2", 2);
      assertThat(client.send(get("/x")).reply().body()).isEqualTo("{\"ok\":true}");
    }
    assertThat(setup.probe.refused).containsExactly(1L);
  }

  @Test
  @Tag("S54")
  void aBodyTooLargeToKeepIsNotSentAgainButTheAccessTokenIsRenewed() throws Exception {
    Setup setup = setup(exchange -> {
      exchange.body().transferTo(OutputStream.nullOutputStream());
      exchange.answer(Answer.text(401, "no").with("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    });
    try (RawClient client = setup.client()) {
      client.send("POST " + path("/x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000));
      assertThat(client.reply().status()).isEqualTo(401);
    }
    assertThat(setup.probe.refused.poll(5, TimeUnit.SECONDS)).isEqualTo(1L);
    assertThat(setup.provider.requests()).hasSize(1);
  }

  @Test
  @Tag("S29")
  void aCallOnAConnectionTheProviderHadClosedIsMadeAgainOnlyWhenThatIsSafe() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Setup setup = setup(exchange -> {
      exchange.bodyText();
      if (calls.incrementAndGet() % 2 == 0) {
        exchange.drop();
      } else {
        exchange.answer(Answer.text(200, "call " + calls));
      }
    });
    try (RawClient client = setup.client()) {
      assertThat(client.send(get("/x")).reply().body()).isEqualTo("call 1");
      assertThat(client.send(get("/x")).reply().body()).isEqualTo("call 3");
      Reply post = client.send("POST " + path("/x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").reply();
      assertThat(post.status()).isEqualTo(502);
      assertThat(post.header("Authpipe-Error")).isEqualTo("provider_unreachable");
      assertThat(calls).hasValue(4);
    }
  }

  @Test
  @Tag("S27")
  void aProviderThatIsSilentEndsTheCallInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Setup setup = setup(exchange -> {
      if (exchange.request().rawPath().equals("/api/half")) {
        OutputStream out = exchange.streamChunked(200, List.of());
        out.write(1);
      }
      hold(never);
    });
    setup.probe.profile = ForwardProbe
        .profile(new Timeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofMillis(400), Duration.ofSeconds(20)));
    try (RawClient client = setup.client()) {
      Reply late = client.send(get("/x")).reply();
      assertThat(late.status()).isEqualTo(504);
      assertThat(late.header("Authpipe-Error")).isEqualTo("provider_timeout");
      client.send(get("/half")).reply(true);
      client.in().transferTo(OutputStream.nullOutputStream()); // cut, not completed: the last chunk is missing
    }
    try (RawClient slow = setup.client()) {
      Reply late = slow.send("POST " + path("/x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab").reply();
      assertThat(late.status()).isEqualTo(408);
    }
    never.countDown();
    await().until(() -> setup.provider.openConnections() == 0);
  }

  @Test
  void aCallerWhoLeavesEndsTheProvidersCall() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Setup setup = setup(exchange -> {
      arrived.countDown();
      hold(never);
    });
    try (RawClient client = setup.client()) {
      client.send(get("/x"));
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(setup.probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.UNKNOWN, "caller_left"));
    never.countDown();
  }

  @Test
  void anAnswerBeforeTheEndOfTheRequestArrives() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.text(413, "too much")));
    try (RawClient client = setup.client()) {
      client.send("POST " + path("/x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n" + "x".repeat(1000));
      assertThat(client.reply().body()).isEqualTo("too much");
      client.send("x".repeat(499_000) + get("/x"));
      assertThat(client.reply().status()).isEqualTo(413);
    }
  }

  @Test
  void aProviderThatCannotBeReachedIsToldApartFromOneThatIsNotAllowed() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.of(200)));
    setup.provider.refuseConnections();
    try (RawClient client = setup.client()) {
      Reply reply = client.send(get("/x")).reply();
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("Authpipe-Error")).isEqualTo("provider_unreachable");
      assertThat(reply.body()).doesNotContain("127.0.0.1", "refused", "Exception");
      setup.probe.credential = OpenedCredentials.oauth(URI.create("http://127.0.0.1:1/"), "at-1", 1);
      assertThat(client.send(get("/x")).reply().header("Authpipe-Error")).isEqualTo("address_refused");
    }
  }

  @Test
  @Tag("S22")
  void aReboundProviderNameGetsNoInternalHit() throws Exception {
    try (LoopbackServer inside = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)))) {
      AtomicInteger lookups = new AtomicInteger();
      ForwardProbe probe = new ForwardProbe(URI.create("https://provider.example:" + inside.port()), EgressSettings.defaults(),
          _ -> List.of(InetAddress.ofLiteral(lookups.incrementAndGet() % 2 == 0 ? "169.254.169.254" : "127.0.0.1")));
      try (TestServer proxy = TestServer.start(probe); RawClient client = new RawClient(proxy.settings.api().port())) {
        for (int i = 0; i < 4; i++) {
          assertThat(client.send(get("/x")).reply().header("Authpipe-Error")).isEqualTo("address_refused");
        }
      }
      assertThat(lookups).hasValue(4);
      assertThat(inside.openConnections()).isZero();
    }
  }

  @Test
  @Tag("S20")
  void aPathThatIsNotAllowedNeverReachesTheProvider() throws Exception {
    Setup setup = setup(exchange -> exchange.answer(Answer.of(200)));
    for (String rest : List.of("/../x", "/%2e%2e/x", "//x", "/a%2fb", "/a\\b")) {
      try (RawClient client = setup.client()) {
        Reply reply = client.send(get(rest)).reply();
        assertThat(reply.status()).as(rest).isEqualTo(400);
        assertThat(reply.header("Authpipe-Error")).isEqualTo("path_not_allowed");
      }
    }
    assertThat(setup.provider.openConnections()).isZero();
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String path(String rest) {
    return "/v1/proxy/" + CONNECTION + rest;
  }

  static String get(String rest) {
    return "GET " + path(rest) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
}
