package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.catalog.ApiProfile.Injection;
import dev.authpipe.proxy.catalog.ApiProfile.Streams;
import dev.authpipe.proxy.catalog.ApiProfile.Timeouts;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenedCredentials;

class WebSocketTunnelTest {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // the example of RFC 6455 section 1.3
  private static final Pattern SENT_KEY = Pattern.compile("(?i)\r\nsec-websocket-key: ([^\r]*)\r\n");
  private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  private final List<AutoCloseable> open = new ArrayList<>();
  private ByteProvider provider;
  private volatile ByteProvider.Script script = ByteProvider.Peer::drain;
  private ForwardProbe probe;
  private TestServer proxy;

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
    proxy = TestServer.start(probe);
    open.add(proxy);
  }

  private RawClient client(ByteProvider.Script answers) throws IOException {
    script = answers;
    RawClient client = new RawClient(proxy.settings.api().port());
    open.add(client);
    return client;
  }

  private static String handshake(String... more) {
    return "GET " + ForwardCallTest.path("/socket?room=1") + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ap_sk_canary\r\n"
        + "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY
        + "\r\nSec-WebSocket-Protocol: chat\r\n" + String.join("", more) + "\r\n";
  }

  /** Answers the handshake as a provider that understands it. */
  private static void accept(ByteProvider.Peer peer) throws IOException {
    String head = peer.readTo("\r\n\r\n");
    Matcher key = SENT_KEY.matcher(head);
    assertThat(key.find()).isTrue();
    peer.write(SWITCHING + "Sec-WebSocket-Accept: " + acceptance(key.group(1)) + "\r\n"
        + (head.contains("chat") ? "Sec-WebSocket-Protocol: chat\r\n" : "") + "\r\n");
  }

  private static String acceptance(String key) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
          .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final ByteProvider.Script ECHO = peer -> {
    accept(peer);
    for (int one = peer.read(); one >= 0; one = peer.read()) {
      peer.write(Character.toString((char) one));
    }
  };

  @Test
  @Tag("S24")
  void theHandshakeCarriesTheCredentialAndThenBytesPassBothWays() throws Exception {
    RawClient client = client(ECHO);
    Reply reply = client.send(handshake()).reply(true);
    assertThat(reply.status()).isEqualTo(101);
    assertThat(reply.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(reply.header("Sec-WebSocket-Protocol")).isEqualTo("chat");
    assertThat(reply.header("Upgrade")).isEqualTo("websocket");
    assertThat(reply.header("Connection")).isEqualToIgnoringCase("upgrade");
    client.send("\u0001\u0000GET / HTTP/1.1\r\n\r\n"); // whatever it is, it is not looked into
    assertThat(new String(client.in().readNBytes(20), StandardCharsets.ISO_8859_1))
        .isEqualTo("\u0001\u0000GET / HTTP/1.1\r\n\r\n");
    String seen = provider.seen();
    assertThat(seen).startsWith("GET /api/socket?room=1 HTTP/1.1\r\n").contains("Bearer at-1").doesNotContain("canary",
        "keep-alive");
    client.socket().shutdownOutput();
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.SUCCESS, null));
    assertThat(client.isClosedByServer()).isTrue();
    await().until(() -> provider.peers().getFirst().socket.isClosed());
  }

  @Test
  void aWebSocketClientTalksAndIsToldOfTheEnd() throws Exception {
    client(peer -> {
      accept(peer);
      peer.read(2 + 4 + 5); // a masked text frame
      peer.write("\u0081\u0005hello\u0088\u0002\u0003\u00e8");
    });
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      WebSocket socket = http.newWebSocketBuilder()
          .buildAsync(URI.create("ws://127.0.0.1:" + proxy.settings.api().port() + ForwardCallTest.path("/socket")),
              new WebSocket.Listener() {
                @Override
                public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                  heard.add(data.toString());
                  from.request(1);
                  return null;
                }

                @Override
                public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
                  closed.complete(status);
                  return null;
                }
              })
          .get(20, TimeUnit.SECONDS);
      socket.sendText("hallo", true).get(20, TimeUnit.SECONDS);
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
    }
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.SUCCESS, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n", "",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nUpgrade: h2c\r\n",
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nContent-Length: 5\r\n"})
  @Tag("S25")
  void aSwitchThatDoesNotAnswerTheHandshakeOpensNothing(String accept) throws Exception {
    RawClient client = client(peer -> {
      peer.head();
      peer.write(SWITCHING + accept + "\r\nbytes");
    });
    Reply reply = client.send(handshake()).reply();
    assertThat(reply.status()).isEqualTo(502);
    assertThat(reply.header("Authpipe-Error")).isEqualTo("provider_answer_invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Upgrade: h2c\r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Content-Length: 3\r\n",
      "Sec-WebSocket-Version: 8\r\n"})
  @Tag("S25")
  void aHandshakeThatIsNoneNeverReachesTheProvider(String more) throws Exception {
    RawClient client = client(ECHO);
    Reply reply = client.send(handshake(more)).reply();
    assertThat(reply.status()).isEqualTo(400);
    assertThat(provider.peers()).isEmpty();
  }

  @Test
  @Tag("S25")
  void aRequestBehindTheHandshakeIsNotSentThroughTheTunnel() throws Exception {
    RawClient client = client(ECHO);
    client.send(handshake() + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(client.reply().status()).isEqualTo(400);
    assertThat(provider.seen()).doesNotContain("smuggled");
  }

  @Test
  void aProviderThatRefusesTheHandshakeIsHeard() throws Exception {
    RawClient client = client(peer -> {
      peer.head();
      peer.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    });
    assertThat(client.send(handshake()).reply().body()).isEqualTo("no");
  }

  @Test
  @Tag("S54")
  void aHandshakeWithARefusedAccessTokenIsMadeAgain() throws Exception {
    RawClient client = client(peer -> {
      String head = peer.head();
      if (head.contains("at-2")) {
        peer.write(SWITCHING + "Sec-WebSocket-Accept: " + acceptance(KEY) + "\r\n\r\nopen");
      } else {
        peer.write("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\nContent-Length: 0\r\n\r\n");
      }
    });
    probe.renewal = _ -> new FreshOutcome.Fresh(OpenedCredentials.oauth(probe.credential.apiBase(), "at-2", 2));
    assertThat(client.send(handshake()).reply(true).status()).isEqualTo(101);
    assertThat(new String(client.in().readNBytes(4), StandardCharsets.US_ASCII)).isEqualTo("open");
  }

  @Test
  void aProfileWithoutWebSocketsGetsAPlainRequest() throws Exception {
    RawClient client = client(peer -> {
      peer.head();
      peer.write("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
    });
    probe.profile = ForwardProbe.profile(Timeouts.DEFAULT, new Injection("Authorization", "Bearer {credential}"), Set.of(),
        Streams.DEFAULT);
    assertThat(client.send(handshake()).reply().status()).isEqualTo(426);
    assertThat(provider.seen()).doesNotContainIgnoringCase("upgrade:");
  }

  @Test
  @Tag("S27")
  void aTunnelEndsWhenNothingMovesAndWhenItsTimeIsOver() throws Exception {
    RawClient silent = client(ECHO);
    limited(Duration.ofMillis(300), Duration.ofSeconds(60));
    silent.send(handshake()).reply(true);
    assertThat(silent.isClosedByServer()).isTrue();
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.FAILURE, "provider_timeout"));
    limited(Duration.ofSeconds(60), Duration.ofMillis(700));
    try (RawClient busy = new RawClient(proxy.settings.api().port())) {
      busy.send(handshake()).reply(true);
      try {
        for (int echoed = 0; echoed >= 0;) {
          busy.send("x");
          echoed = busy.in().read();
        }
      } catch (IOException cut) {
        // as well
      }
    }
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.FAILURE, "provider_timeout"));
  }

  private void limited(Duration idle, Duration total) {
    probe.profile = ForwardProbe.profile(Timeouts.DEFAULT, new Injection("Authorization", "Bearer {credential}"), Set.of(),
        new Streams(true, idle, total));
  }

  @Test
  void aTunnelIsCutWithWhatItRunsWith() throws Exception {
    RawClient client = client(ECHO);
    client.send(handshake()).reply(true);
    probe.calls.take().cut(ErrorCode.KEY_UNAVAILABLE);
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.FAILURE, "key_unavailable"));
    await().until(() -> provider.peers().getFirst().socket.isClosed());
  }

  @Test
  void aSideThatDoesNotReadStopsTheOther() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] block = new byte[64 * 1024];
    long length = 64L << 20;
    RawClient client = client(peer -> {
      accept(peer);
      OutputStream out = peer.socket.getOutputStream();
      while (written.get() < length) {
        out.write(block);
        written.addAndGet(block.length);
      }
    });
    client.socket().setReceiveBufferSize(64 * 1024);
    client.send(handshake()).reply(true);
    AtomicLong last = new AtomicLong(-1);
    await().pollInterval(Duration.ofMillis(300)).until(() -> written.get() > 0 && last.getAndSet(written.get()) == written.get());
    assertThat(written.get()).isLessThan(length / 2);
    assertThat(client.in().readNBytes((int) length)).hasSize((int) length);
  }

  @Test
  void aServerThatIsStoppedGivesATunnelAFewSeconds() throws Exception {
    RawClient client = client(ECHO);
    client.send(handshake()).reply(true);
    Thread stopping = Thread.ofVirtual().start(() -> proxy.close());
    for (int i = 0; i < 3; i++) {
      client.send("x");
      assertThat(client.in().read()).isEqualTo('x');
    }
    assertThat(client.isClosedByServer()).isTrue();
    assertThat(probe.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(new ForwardProbe.End(AuditOutcome.SUCCESS, null));
    stopping.join();
  }
}
