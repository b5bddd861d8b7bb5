package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.proxy.refresh.FreshOutcome;

/** No message that two readers could understand differently gets through, in neither direction. The cases are data. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFramingTest {
  private static final String FINE = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";
  private static final int PATIENCE_MILLIS = 5_000;
  private ByteProvider provider;
  private ForwardProbe probe;
  private TestServer plain;
  private SecureServer secure;
  @TempDir
  static Path folder;

  private static final ByteProvider.Script SILENT = peer -> {
    while (true) {
      if (peer.head().startsWith("get /api/fine ")) {
        peer.write(FINE);
      } else {
        peer.drain(); // whether the proxy refuses by itself must not depend on an answer
        return;
      }
    }
  };

  static List<HostileCase> requests() {
    return HostileCase.read("requests.txt");
  }

  static List<HostileCase> http2() {
    return HostileCase.read("http2.txt");
  }

  static List<HostileCase> answers() {
    return HostileCase.read("answers.txt");
  }

  @BeforeAll
  void start() throws Exception {
    provider = ByteProvider.start(SILENT);
    probe = new ForwardProbe(URI.create(provider.origin() + "/api"));
    plain = TestServer.start(probe);
    secure = SecureServer.start(folder, probe);
  }

  @AfterAll
  void stop() throws IOException {
    secure.close();
    plain.close();
    provider.close();
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(plain.settings.api().port());
    client.socket().setSoTimeout(PATIENCE_MILLIS);
    return client;
  }

  private RawHttp2Client http2Client() throws Exception {
    Socket socket = secure.connect("h2");
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new RawHttp2Client(socket);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  @Tag("S24")
  @Tag("S25")
  @Tag("S27")
  void noRequestHidesInAnother(HostileCase hostile) throws Exception {
    String[] expected = hostile.expected().split(" ", 4);
    int before = provider.peers().size();
    try (RawClient client = client()) {
      client.send(hostile.all());
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(Integer.parseInt(expected[0]));
      assertThat(reply.body()).contains("\"code\":\"" + expected[1] + "\"");
      if (expected[2].equals("close")) {
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
    if (expected.length == 3) {
      assertThat(provider.peers()).hasSize(before);
    }
    try (RawClient next = client()) {
      assertThat(next.send(ForwardCallTest.get("/fine")).reply().body()).isEqualTo("fine");
    }
    assertThat(provider.seen()).doesNotContain("smuggled", "X: y");
  }

  /** RFC 9112 sections 3 and 5.2 leave it to the recipient whether it forgives these; what it passes on must be in order. */
  @Test
  @Tag("S25")
  void whatMayBeForgivenIsNotPassedOn() throws Exception {
    try (RawClient client = client()) {
      client
          .send("GET  " + ForwardCallTest.path("/fine") + "\tHTTP/1.1\r\nHost: h\r\nX-Folded: b\r\n\tContent-Length: 9\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("fine");
    }
    assertThat(provider.peers().getLast().seen()).startsWith("GET /api/fine HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nX-Folded: b Content-Length: 9\r\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("http2")
  @Tag("S24")
  @Tag("S25")
  @Tag("S27")
  void noRequestHidesInTheFramesOfAnother(HostileCase hostile) throws Exception {
    try (RawHttp2Client client = http2Client()) {
      RawHttp2Client.Answer answer = answer(client, hostile.lines());
      if (hostile.expected().equals("reset")) {
        assertThat(answer.refused()).as("answered %s", answer).isPositive();
      } else {
        assertThat(answer.status()).as("answered %s", answer).isEqualTo(Integer.parseInt(hostile.expected()));
      }
    }
    try (RawHttp2Client next = http2Client()) {
      next.headers(1, true, ":method", "GET", ":scheme", "https", ":authority", "h", ":path", ForwardCallTest.path("/fine"));
      assertThat(next.answer(1).body()).isEqualTo("fine");
    }
    assertThat(provider.seen()).doesNotContain("smuggled");
  }

  private static RawHttp2Client.Answer answer(RawHttp2Client client, List<String> frames) throws Exception {
    try {
      for (String frame : frames) {
        send(client, frame);
      }
    } catch (SocketException refused) {
      // why is read below
    }
    try {
      return client.answer(1);
    } catch (EOFException | SocketException gone) {
      return new RawHttp2Client.Answer(List.of(), "", 1);
    }
  }

  private static void send(RawHttp2Client client, String line) throws IOException {
    String[] parts = line.split("; ", 2);
    String[] kind = parts[0].split(" ");
    boolean end = Arrays.asList(kind).contains("end");
    if (kind[0].equals("data")) {
      client.data(1, end, parts[1]);
      return;
    }
    boolean more = Arrays.asList(kind).contains("more");
    String[] fields = Arrays.stream(parts[1].split("; ", -1)).flatMap(field -> {
      int equals = field.indexOf('=');
      return List.of(field.substring(0, equals), field.substring(equals + 1)).stream();
    }).toArray(String[]::new);
    int type = kind[0].equals("headers") ? RawHttp2Client.HEADERS : RawHttp2Client.CONTINUATION;
    int flags = (more ? 0 : RawHttp2Client.END_HEADERS)
        | (type == RawHttp2Client.HEADERS && end ? RawHttp2Client.END_STREAM : 0);
    client.frame(type, flags, 1, RawHttp2Client.block(fields));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  @Tag("S25")
  @Tag("S27")
  void noAnswerHidesInAnother(HostileCase hostile) throws Exception {
    try (ByteProvider liar = ByteProvider.start(peer -> {
      while (true) {
        peer.write(peer.head().startsWith("get /api/fine ") ? FINE : hostile.all());
        if (!hostile.expected().contains("whole") || hostile.all().startsWith("HTTP/1.0")) {
          return;
        }
      }
    })) {
      URI honest = probe.credential.apiBase();
      probe.become(URI.create(liar.origin() + "/api"));
      try (RawClient client = client()) {
        client.send(ForwardCallTest.get("/x"));
        assertAnswer(hostile, client);
        try (RawClient next = client()) {
          assertThat(next.send(ForwardCallTest.get("/fine")).reply().body()).isEqualTo("fine");
        }
      } finally {
        probe.become(honest);
      }
    }
  }

  @Test
  @Tag("S25")
  void anAnswerThatWasBegunBeforeItWasAskedForIsNobodys() throws Exception {
    try (ByteProvider liar = ByteProvider.start(peer -> {
      if (peer.head().startsWith("get /api/first ")) {
        peer.write(FINE + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-");
        peer.head();
        peer.write("Y: z\r\n\r\npoison");
      } else {
        peer.write(FINE);
      }
    })) {
      URI honest = probe.credential.apiBase();
      probe.become(URI.create(liar.origin() + "/api"));
      try (RawClient client = client()) {
        assertThat(client.send(ForwardCallTest.get("/first")).reply().body()).isEqualTo("fine");
        assertThat(client.send(ForwardCallTest.get("/second")).reply().body()).isEqualTo("fine");
      } finally {
        probe.become(honest);
      }
    }
  }

  @Test
  @Tag("S25")
  void whatComesBehindAHeldAnswerIsNotTakenForTheAnswer() throws Exception {
    CompletableFuture<FreshOutcome> renewal = new CompletableFuture<>();
    try (ByteProvider liar = ByteProvider.start(peer -> {
      peer.head();
      peer.write("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\nContent-Length: 0\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
    })) {
      URI honest = probe.credential.apiBase();
      probe.become(URI.create(liar.origin() + "/api"));
      probe.renewal = _ -> renewal.join();
      try (RawClient client = client()) {
        Reply reply = client.send(ForwardCallTest.get("/x")).reply();
        assertThat(reply.header("Authpipe-Error")).isEqualTo("provider_answer_invalid");
      } finally {
        renewal.complete(new FreshOutcome.ReauthRequired());
        probe.become(honest);
      }
    }
  }

  private static void assertAnswer(HostileCase hostile, RawClient client) throws IOException {
    if (hostile.expected().equals("cut")) {
      String all = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(all).startsWith("HTTP/1.1 200 OK\r\n").doesNotEndWith("\n0\r\n\r\n").doesNotContain("poison");
      return;
    }
    Reply reply = client.reply();
    while (reply.status() < 200) {
      reply = client.reply();
    }
    String[] expected = hostile.expected().split(" ", 3);
    assertThat(reply.status()).isEqualTo(Integer.parseInt(expected[0]));
    assertThat(reply.toString()).doesNotContain("poison");
    if (expected.length == 1) {
      assertThat(reply.header("Authpipe-Error")).startsWith("provider_");
    } else {
      assertThat(reply.header("Authpipe-Error")).isEmpty();
      assertThat(reply.body()).isEqualTo(expected.length == 3 ? expected[2] : "");
    }
    client.send(ForwardCallTest.get("/fine"));
    assertThat(client.reply().body()).isEqualTo("fine");
  }
}
