package dev.authpipe.proxy.forward;

import static dev.authpipe.proxy.forward.ForwardCallTest.get;
import static dev.authpipe.proxy.forward.ForwardCallTest.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.CredentialType;
import dev.authpipe.proxy.vault.OpenedCredentials;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.Header;
import dev.authpipe.testkit.http.LoopbackServer;

/** Answers that repeat what was injected do not reach the caller, over real HTTP (docs/echo-guard.md). */
@Tag("S26")
class ForwardEchoTest {
  private static final String KNOWN = "tok_A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8";
  private static final int DECISIVE = 30;
  private static final String ASKED_GZIP = "GET " + path("/x") + " HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip\r\n\r\n";
  private final List<AutoCloseable> open = new ArrayList<>();
  private ForwardProbe probe = new ForwardProbe(URI.create("http://127.0.0.1:1"));
  private LoopbackServer provider = LoopbackServer.start(_ -> {});

  @AfterEach
  void close() throws Exception {
    provider.close();
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private RawClient client(ExchangeHandler handler) throws IOException {
    provider.close();
    provider = LoopbackServer.start(handler);
    probe = new ForwardProbe(provider.origin());
    probe.credential = OpenedCredentials.oauth(provider.origin(), KNOWN, 1);
    TestServer proxy = TestServer.start(probe);
    open.add(proxy);
    RawClient client = new RawClient(proxy.settings.api().port());
    open.add(client);
    return client;
  }

  private void assertRefused(Reply reply) throws InterruptedException {
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("Authpipe-Error")).isEqualTo("credential_echoed");
    assertThat(reply.headers().toString() + reply.body()).doesNotContain(KNOWN.substring(0, DECISIVE));
    assertThat(probe.ends.poll(5, TimeUnit.SECONDS))
        .isEqualTo(new ForwardProbe.End(AuditOutcome.FAILURE, "credential_echoed"));
    assertThat(probe.echoes.get()).isEqualTo(1);
  }

  static Stream<String> dresses() {
    byte[] bytes = KNOWN.getBytes(StandardCharsets.UTF_8);
    return Stream.of(KNOWN, "{\"headers\":{\"authorization\":\"Bearer " + KNOWN + "\"}}",
        Base64.getEncoder().encodeToString(bytes),
        Base64.getUrlEncoder().encodeToString(("ab" + KNOWN).getBytes(StandardCharsets.UTF_8)), HexFormat.of().formatHex(bytes),
        HexFormat.of().withPrefix("%").withUpperCase().formatHex(bytes), KNOWN.replace("_", "%5f"),
        KNOWN.replace("k", "\\u006B"));
  }

  @ParameterizedTest
  @MethodSource("dresses")
  void aBodyThatRepeatsTheAccessTokenIsRefused(String dressed) throws Exception {
    assertRefused(
        client(exchange -> exchange.answer(Answer.text(200, "you sent " + dressed + " to us"))).send(get("/x")).reply());
    assertRefused(client(exchange -> packed(exchange, "you sent " + dressed + " to us", 10_000)).send(ASKED_GZIP).reply());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Location: https://elsewhere.example/?access_token=", "Set-Cookie: session=", "X-Debug: Bearer ", "X-"})
  void aHeaderThatRepeatsItIsRefused(String header) throws Exception {
    int colon = header.indexOf(':');
    assertRefused(client(exchange -> exchange.answer(colon < 0
        ? Answer.of(200).with(header + KNOWN, "1")
        : Answer.of(302).with(header.substring(0, colon), header.substring(colon + 2) + KNOWN))).send(get("/x")).reply());
  }

  @Test
  void aReasonPhraseThatRepeatsItIsRefused() throws Exception {
    assertRefused(client(exchange -> exchange
        .answerRaw(("HTTP/1.1 200 " + KNOWN + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)))
        .send(get("/x"))
        .reply());
  }

  @Test
  void trailersThatRepeatItAreRefused() throws Exception {
    RawClient client = client(
        exchange -> exchange.answerRaw(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sent: " + KNOWN
            + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
    assertRefused(client.send(get("/x")).reply());
  }

  @ParameterizedTest
  @CsvSource({"1,false", "7,false", "29,false", "1,true", "5,true"})
  void anEchoInManyPartsIsCutBeforeTheBytesThatDecide(int size, boolean gzip) throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    RawClient client = client(exchange -> {
      String text = "you sent " + KNOWN + " to us";
      byte[] body = gzip ? gzip(text) : text.getBytes(StandardCharsets.UTF_8);
      List<Header> headers = gzip ? List.of(new Header("Content-Encoding", "gzip")) : List.of();
      try (OutputStream out = exchange.streamChunked(200, headers)) {
        for (int at = 0; at < body.length; at += size) {
          out.write(body, at, Math.min(size, body.length - at));
          out.flush();
        }
      } finally {
        answered.countDown();
      }
    });
    client.send(gzip ? ASKED_GZIP : get("/x"));
    String all = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1).replaceAll("\r\n[0-9a-f]+\r\n", "");
    assertThat(all).doesNotContain(KNOWN.substring(0, DECISIVE)).doesNotContain("to us").doesNotEndWith("0\r\n\r\n");
    assertThat(probe.ends.poll(5, TimeUnit.SECONDS))
        .isEqualTo(new ForwardProbe.End(AuditOutcome.FAILURE, "credential_echoed"));
    assertThat(answered.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anEventGoesOutBeforeTheNextOneComesThoughItEndsLikeTheAccessTokenBegins() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    String first = "data: " + KNOWN.substring(0, DECISIVE - 1);
    RawClient client = client(exchange -> {
      try (OutputStream out = exchange.streamChunked(200, List.of(new Header("Content-Type", "text/event-stream")))) {
        out.write(first.getBytes(StandardCharsets.UTF_8));
        out.flush();
        await(seen);
        out.write("#\n\n".getBytes(StandardCharsets.UTF_8));
      }
    });
    client.send(get("/x"));
    StringBuilder read = new StringBuilder();
    while (read.indexOf(first) < 0) {
      read.append((char) client.in().read());
    }
    seen.countDown();
    while (read.indexOf("0\r\n\r\n") < 0) {
      read.append((char) client.in().read());
    }
    assertThat(probe.ends.poll(5, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.SUCCESS, null));
  }

  @Test
  void theHeadGoesOutThoughNoBodyFollowsForAWhile() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    RawClient client = client(exchange -> {
      try (OutputStream out = exchange.streamChunked(200, List.of(new Header("X-Early", "1")))) {
        out.flush();
        await(seen);
        out.write("late".getBytes(StandardCharsets.UTF_8));
      }
    });
    assertThat(client.send(get("/x")).reply(true).header("X-Early")).isEqualTo("1");
    seen.countDown();
    StringBuilder read = new StringBuilder();
    while (read.indexOf("late") < 0) {
      read.append((char) client.in().read());
    }
  }

  @Test
  void whatIsNoEchoPassesByteForByte() throws Exception {
    String near = KNOWN.substring(0, DECISIVE - 1) + "#" + KNOWN.substring(1) + "%41%zz\\u00";
    assertThat(
        client(exchange -> exchange.answer(Answer.text(200, near).with("X-Near", KNOWN.substring(1)))).send(get("/x")).reply()
            .body())
        .isEqualTo(near);
    byte[] packed = gzip(near);
    RawClient client = client(exchange -> exchange.answer(Answer.of(200).with("Content-Encoding", "gzip").body(packed)));
    assertThat(client.send(ASKED_GZIP).reply(true).header("Content-Encoding")).isEqualTo("gzip");
    assertThat(client.in().readNBytes(packed.length)).isEqualTo(packed);
    assertThat(probe.echoes.get()).isZero();
  }

  @Test
  void aPasswordIsFoundAloneAndInTheHeaderThatWasSent() throws Exception {
    for (String echo : List.of("pass-word-of-a-person", "Basic " + Base64.getEncoder()
        .encodeToString("somebody:pass-word-of-a-person".getBytes(StandardCharsets.UTF_8)),
        Base64.getEncoder().encodeToString("x-x-somebody:pass-word-of-a-person".getBytes(StandardCharsets.UTF_8)))) {
      RawClient client = client(exchange -> exchange.answer(Answer.text(200, "you sent " + echo)));
      probe.credential = OpenedCredentials.open(CredentialType.BASIC, provider.origin(), "pass-word-of-a-person", null,
          "somebody", 1);
      assertRefused(client.send(get("/x")).reply());
    }
    RawClient client = client(exchange -> exchange.answer(Answer.text(200, "you are somebody")));
    probe.credential = OpenedCredentials.open(CredentialType.BASIC, provider.origin(), "pass-word-of-a-person", null, "somebody",
        1);
    assertThat(client.send(get("/x")).reply().body()).isEqualTo("you are somebody");
  }

  @Test
  void aRenewedAccessTokenIsLookedForBesideTheOneBefore() throws Exception {
    String later = "tok_of-the-second-generation-0123456789";
    for (String echo : List.of(KNOWN, later)) {
      RawClient client = client(exchange -> exchange.answer(exchange.request().header("Authorization").orElse("").endsWith(later)
          ? Answer.text(200, "you sent " + echo)
          : Answer.text(401, "no").with("WWW-Authenticate", "Bearer error=\"invalid_token\"")));
      probe.renewal = _ -> new FreshOutcome.Fresh(OpenedCredentials.oauth(provider.origin(), later, 2));
      assertRefused(client.send(get("/x")).reply());
    }
  }

  @Test
  void aRefusalOfTheAccessTokenThatRepeatsItIsRefusedToo() throws Exception {
    RawClient client = client(exchange -> exchange
        .answer(Answer.text(401, KNOWN + " has run out").with("WWW-Authenticate", "Bearer error=\"invalid_token\"")));
    assertRefused(client.send(get("/x")).reply());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"|identity", "Accept-Encoding: br, zstd|identity", "Accept-Encoding: br, gzip;q=0.5|gzip",
      "Accept-Encoding: gzip;q=0, *|identity", "Accept-Encoding: *|gzip", "Accept-Encoding: *;q=0|identity",
      "Accept-Encoding: deflate\\r\\nAccept-Encoding: X-GZIP|gzip", "Accept-Encoding: gzip\\r\\nRange: bytes=0-9|identity"})
  void theProviderIsAskedForNothingThatCannotBeLookedInto(String asked, String sent) throws Exception {
    RawClient client = client(exchange -> exchange.answer(Answer.of(200)));
    String header = asked == null ? "" : asked.replace("\\r\\n", "\r\n") + "\r\n";
    client.send("GET " + path("/x") + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n").reply();
    assertThat(provider.requests().getLast().headerValues("Accept-Encoding")).containsExactly(sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "gzip, br"})
  void anAnswerInAnotherCodingIsRefused(String coding) throws Exception {
    RawClient client = client(exchange -> exchange.answer(Answer.of(200).with("Content-Encoding", coding).body(gzip("text"))));
    assertThat(client.send(ASKED_GZIP).reply().header("Authpipe-Error")).isEqualTo("provider_answer_invalid");
    assertThat(client.send("HEAD " + path("/x") + " HTTP/1.1\r\nHost: h\r\n\r\n").reply(true).status()).isEqualTo(200);
  }

  @Test
  void gzipThatIsNoneIsRefused() throws Exception {
    RawClient client = client(
        exchange -> exchange.answer(Answer.text(200, "not packed at all").with("Content-Encoding", "gzip")));
    assertThat(client.send(ASKED_GZIP).reply().header("Authpipe-Error")).isEqualTo("provider_answer_invalid");
  }

  private static void packed(Exchange exchange, String text, int size) throws IOException {
    byte[] body = gzip(text);
    assertThat(body.length).isLessThan(size);
    exchange.answer(Answer.of(200).with("Content-Encoding", "gzip").body(body));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("nobody read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
