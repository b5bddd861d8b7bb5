package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.catalog.ApiProfile.Timeouts;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;

/** What of HTTP passes beyond a head and a body: trailers, informational answers, expectations, streams, half-closed connections. */
class ForwardProtocolTest {
  private static final String CHUNKED = " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n";
  private final List<AutoCloseable> open = new ArrayList<>();
  private ForwardProbe probe;
  private ByteProvider provider;
  private volatile ByteProvider.Script script = ByteProvider.Peer::drain;
  @TempDir
  Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  @BeforeEach
  void start() {
    provider = ByteProvider.start(peer -> script.serve(peer));
    open.add(provider);
    probe = new ForwardProbe(URI.create(provider.origin() + "/api"));
  }

  private RawClient plain(ByteProvider.Script answers) throws Exception {
    script = answers;
    TestServer proxy = TestServer.start(probe);
    open.add(proxy);
    RawClient client = new RawClient(proxy.settings.api().port());
    open.add(client);
    return client;
  }

  private RawHttp2Client http2(ByteProvider.Script answers) throws Exception {
    script = answers;
    SecureServer proxy = SecureServer.start(folder, probe);
    open.add(proxy);
    RawHttp2Client client = new RawHttp2Client(proxy.connect("h2"));
    open.add(client);
    return client;
  }

  private static String[] h2(String method, String rest, String... more) {
    List<String> fields = new ArrayList<>(List.of(":method", method, ":scheme", "https", ":authority", "h", ":path",
        ForwardCallTest.path(rest)));
    fields.addAll(List.of(more));
    return fields.toArray(String[]::new);
  }

  private static final ByteProvider.Script ECHO_TRAILERS = peer -> {
    peer.head();
    peer.readTo("0\r\n");
    peer.readTo("\r\n\r\n");
    peer.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Set-Cookie, Authpipe-Error\r\n\r\n2\r\nok\r\n0"
            + "\r\nX-Sum: 2\r\nSet-Cookie: a=b\r\nAuthpipe-Error: forged\r\nContent-Type: text/html\r\nProxy-Authenticate: x"
            + "\r\nLocation: /x\r\n\r\n");
  };

  @Test
  @Tag("S24")
  void trailersPassBothWaysButForThoseThatActAsHeaders() throws Exception {
    RawClient client = plain(ECHO_TRAILERS);
    client.send("POST " + ForwardCallTest.path("/x") + CHUNKED
        + "TE: trailers, gzip\r\nTrailer: X-Digest, Authorization, Cookie\r\n\r\n3\r\nabc\r\n0\r\nX-Digest: 9\r\n"
        + "Authorization: Bearer mine\r\nX_Forwarded_For: 1.2.3.4\r\nCookie: a=b\r\nHost: evil\r\nContent-Type: x/y\r\n"
        + "If-Match: x\r\nAuthpipe-End-User: ada\r\nConnection: close\r\n\r\n");
    Reply reply = client.reply(true);
    assertThat(reply.header("Trailer")).isEqualTo("X-Sum");
    assertThat(client.line()).isEqualTo("2");
    assertThat(client.line()).isEqualTo("ok");
    assertThat(client.line()).isEqualTo("0");
    assertThat(client.line()).isEqualToIgnoringCase("X-Sum: 2");
    assertThat(client.line()).isEmpty();
    String seen = provider.seen().toLowerCase(Locale.ROOT);
    assertThat(seen).contains("\r\nte: trailers\r\n", "\r\nconnection: te\r\n", "\r\ntrailer: x-digest\r\n")
        .endsWith("0\r\nx-digest: 9\r\n\r\n").doesNotContain("mine", "evil", "ada", "gzip");
  }

  @Test
  @Tag("S24")
  void trailersPassBothWaysOverHttp2() throws Exception {
    RawHttp2Client client = http2(ECHO_TRAILERS);
    client.headers(1, false, h2("POST", "/x", "te", "trailers")).data(1, false, "abc").headers(1, true,
        "x-digest", "9", "authorization", "Bearer mine", "x-forwarded-for", "1.2.3.4");
    RawHttp2Client.Answer answer = client.answer(1);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(answer.heads()).hasSize(2);
    assertThat(answer.heads().getLast()).containsExactlyEntriesOf(Map.of("x-sum", "2"));
    assertThat(provider.seen().toLowerCase(Locale.ROOT)).contains("\r\nte: trailers\r\n")
        .endsWith("0\r\nx-digest: 9\r\n\r\n").doesNotContain("mine", "x-http2");
  }

  private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nAuthpipe-Error: forged\r\n\r\n";

  @Test
  void informationalAnswersPassButFor100() throws Exception {
    RawClient client = plain(peer -> {
      for (int i = 0; i < 2; i++) {
        peer.head();
        peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + HINTS
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    });
    client.send(ForwardCallTest.get("/x") + "HEAD " + ForwardCallTest.path("/x") + " HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(client.reply().status()).isEqualTo(102);
    Reply hints = client.reply();
    assertThat(hints.status()).isEqualTo(103);
    assertThat(hints.headers()).containsExactlyEntriesOf(Map.of("link", "</a>; rel=preload"));
    assertThat(client.reply().body()).isEqualTo("ok");
    assertThat(client.reply().status()).isEqualTo(102);
    assertThat(client.reply().status()).isEqualTo(103);
    assertThat(client.reply(true).header("Content-Length")).isEqualTo("2");
  }

  @Test
  void informationalAnswersPassOverHttp2AndNotToHttp10() throws Exception {
    ByteProvider.Script script = peer -> {
      peer.head();
      peer.write("HTTP/1.1 100 Continue\r\n\r\n" + HINTS + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    };
    RawHttp2Client client = http2(script);
    RawHttp2Client.Answer answer = client.headers(1, true, h2("GET", "/x")).answer(1);
    assertThat(answer.heads()).extracting(head -> head.get(":status")).containsExactly("103", "200");
    assertThat(answer.heads().getFirst()).containsEntry("link", "</a>; rel=preload").doesNotContainKey("authpipe-error");
    assertThat(answer.body()).isEqualTo("ok");
    Reply old = plain(script).send("GET " + ForwardCallTest.path("/x") + " HTTP/1.0\r\nHost: h\r\n\r\n").reply();
    assertThat(old.status()).isEqualTo(200);
  }

  @Test
  @Tag("S27")
  void aFloodOfInformationalAnswersEndsTheCall() throws Exception {
    RawClient client = plain(peer -> {
      peer.head();
      for (int i = 0; i < 1_000; i++) {
        peer.write("HTTP/1.1 100 Continue\r\n\r\n");
      }
    });
    Reply reply = client.send(ForwardCallTest.get("/x")).reply();
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("Authpipe-Error")).isEqualTo("provider_answer_invalid");
  }

  @Test
  @Tag("S25")
  void aSwitchOfProtocolsThatNobodyAskedForIsNoAnswer() throws Exception {
    RawClient client = plain(peer -> {
      peer.head();
      peer.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nbytes");
    });
    Reply reply = client.send(ForwardCallTest.get("/x")).reply();
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("Authpipe-Error")).isEqualTo("provider_answer_invalid");
  }

  @Test
  void aRefusedCallGetsItsErrorWithoutBeingToldToSendTheBody() throws Exception {
    RawClient client = plain(peer -> peer.head());
    Reply reply = client.send("POST " + ForwardCallTest.path("/../x")
        + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n").reply();
    assertThat(reply.status()).isEqualTo(400);
    assertThat(client.isClosedByServer()).isTrue(); // whether the body comes is for the caller to know
    assertThat(provider.peers()).isEmpty();
  }

  @Test
  void anExpectationIsAnsweredWhenTheProviderIsThereAndNeverPassedOn() throws Exception {
    RawClient client = plain(peer -> {
      peer.head();
      peer.read(5);
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    client.send("POST " + ForwardCallTest.path("/x")
        + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    assertThat(client.reply().status()).isEqualTo(100);
    assertThat(client.send("hello").reply().body()).isEqualTo("ok");
    assertThat(provider.seen()).doesNotContainIgnoringCase("expect");
    RawHttp2Client two = http2(peer -> {
      peer.head();
      peer.readTo("0\r\n\r\n");
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    two.headers(1, false, h2("POST", "/x", "expect", "100-continue"));
    two.data(1, true, "hello");
    RawHttp2Client.Answer answer = two.answer(1);
    assertThat(answer.heads()).extracting(head -> head.get(":status")).containsExactly("100", "200");
  }

  @Test
  void eachEventOfAStreamIsSentAtOnce() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch third = new CountDownLatch(1);
    RawClient client = plain(peer -> {
      peer.head();
      peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
      peer.write("data: 1\n\n");
      pause(second);
      peer.write("data: 2\n\n");
      pause(third);
      peer.write("data: 3\n\n");
    });
    probe.profile = ForwardProbe
        .profile(new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(20)));
    client.send(ForwardCallTest.get("/x")).reply(true);
    assertThat(chunk(client)).isEqualTo("data: 1\n\n");
    second.countDown();
    assertThat(chunk(client)).isEqualTo("data: 2\n\n");
    client.socket().setSoTimeout(1_000);
    assertThat(third.await(700, TimeUnit.MILLISECONDS)).isFalse(); // longer than other answers may be silent
    third.countDown();
    assertThat(chunk(client)).isEqualTo("data: 3\n\n");
    assertThat(chunk(client)).isEmpty();
  }

  @Test
  void aCallerWhoHasNothingMoreToSayGetsItsAnswers() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    RawClient client = plain(peer -> {
      for (int i = 0; i < 2; i++) {
        peer.head();
        pause(answer);
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    });
    client.send(ForwardCallTest.get("/x") + ForwardCallTest.get("/y")).socket().shutdownOutput();
    await().until(() -> provider.seen().contains("/api/x"));
    assertThat(client.reply().status()).isEqualTo(100); // asked whether it is still there
    answer.countDown();
    List<Reply> replies = new ArrayList<>();
    for (Reply reply = client.reply(); replies.size() < 2; reply = replies.size() < 2 ? client.reply() : reply) {
      if (reply.status() != 100) {
        replies.add(reply);
      }
    }
    assertThat(replies).extracting(Reply::body).containsExactly("ok", "ok");
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void aCallerWhoIsGoneEndsTheProvidersCallAlsoIfItLookedHalfClosed() throws Exception {
    RawClient client = plain(peer -> {
      peer.head();
      peer.drain();
    });
    client.send(ForwardCallTest.get("/x"));
    await().until(() -> provider.seen().contains("/api/x"));
    client.close();
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.UNKNOWN, "caller_left"));
  }

  @Test
  void aCallerWhoBreaksOffItsRequestIsGone() throws Exception {
    RawClient client = plain(peer -> {
      peer.head();
      peer.drain();
    });
    client.send("POST " + ForwardCallTest.path("/x") + " HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc").socket()
        .shutdownOutput();
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.UNKNOWN, "caller_left"));
    assertThat(client.isClosedByServer()).isTrue();
  }

  @Test
  void aCallerWhoResetsItsStreamEndsTheProvidersCall() throws Exception {
    RawHttp2Client client = http2(peer -> {
      peer.head();
      peer.drain();
    });
    client.headers(1, true, h2("GET", "/x"));
    await().until(() -> provider.seen().contains("/api/x"));
    client.frame(RawHttp2Client.RST_STREAM, 0, 1, new byte[]{0, 0, 0, 8});
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.UNKNOWN, "caller_left"));
  }

  @Test
  void aProviderThatClosesIsNotAskedOnTheSameConnectionAgain() throws Exception {
    RawClient client = plain(peer -> {
      peer.head();
      peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
      peer.drain();
    });
    for (int i = 0; i < 3; i++) {
      Reply reply = client.send(ForwardCallTest.get("/x")).reply();
      assertThat(reply.body()).isEqualTo("ok");
      assertThat(reply.header("Connection")).isEmpty();
    }
    assertThat(provider.peers()).hasSize(3);
    Reply last = client.send("GET " + ForwardCallTest.path("/x") + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").reply();
    assertThat(last.header("Connection")).isEqualTo("close");
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(provider.peers().getLast().seen()).doesNotContain("close");
  }

  private static String chunk(RawClient client) throws Exception {
    int length = Integer.parseInt(client.line(), 16);
    String chunk = new String(client.in().readNBytes(length), StandardCharsets.US_ASCII);
    client.line();
    return chunk;
  }

  private static void pause(CountDownLatch until) throws EOFException {
    try {
      if (!until.await(20, TimeUnit.SECONDS)) {
        throw new EOFException("nobody went on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
