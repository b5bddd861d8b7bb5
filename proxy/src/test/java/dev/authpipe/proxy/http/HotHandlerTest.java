package dev.authpipe.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import dev.authpipe.proxy.http.RawClient.Reply;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HotHandlerTest {
  private static final int PIPELINED = 66;
  private final TestServer.HotProbe probe = new TestServer.HotProbe();
  private TestServer server;

  @BeforeAll
  void start() {
    server = TestServer.start(probe);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void pipelinedRequestsOfAllKindsAreAnsweredInOrder() throws IOException {
    String[] kinds = {"/hot/now/", "/plain/loop/", "/hot/thread/", "/plain/thread/", "/hot/echo/", "/plain/loop/"};
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < PIPELINED; i++) {
      String target = kinds[i % kinds.length] + i;
      all.append(target.startsWith("/hot/echo")
          ? "POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
          : get(target));
    }
    try (RawClient client = client()) {
      client.send(all.toString());
      List<String> expected = new ArrayList<>();
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < PIPELINED; i++) {
        String kind = kinds[i % kinds.length];
        expected.add(kind.equals("/hot/echo/") ? "abc" : kind + i);
        seen.add(client.reply().body());
      }
      assertThat(seen).isEqualTo(expected);
    }
  }

  @Test
  void aConnectionIsKeptThroughHotAndOtherRequests() throws IOException {
    try (RawClient client = client()) {
      for (int i = 0; i < 20; i++) {
        String target = (i % 3 == 0 ? "/plain/thread/" : i % 3 == 1 ? "/hot/now/" : "/hot/thread/") + i;
        assertThat(client.send(get(target)).reply().body()).isEqualTo(target);
      }
    }
  }

  @Test
  void aBodyIsEchoedWithAndWithoutLength() throws IOException {
    String body = "0123456789".repeat(30_000);
    try (RawClient client = client()) {
      client.send("POST /hot/echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      assertThat(client.reply().body()).isEqualTo(body);
      client.send("POST /hot/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n1\r\nf\r\n0\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("abcdef");
    }
  }

  @Test
  void anExpectationIsAnsweredOnlyWhenTheBodyIsWanted() throws IOException {
    try (RawClient client = client()) {
      client.send("POST /hot/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("ok").reply().body()).isEqualTo("ok");
    }
    try (RawClient client = client()) {
      Reply refused = client.send("POST /hot/refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
          .reply();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.header("Authpipe-Error")).isEqualTo("path_not_allowed");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void anEarlyAnswerArrivesAndTheRestOfTheBodyIsDropped() throws IOException {
    try (RawClient client = client()) {
      client.send("POST /hot/refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(100_000));
      assertThat(client.reply().status()).isEqualTo(400);
      client.send("x".repeat(100_000) + get("/hot/now/after"));
      assertThat(client.reply().body()).isEqualTo("/hot/now/after");
    }
  }

  @Test
  @Tag("S27")
  void anEndlessBodyAfterAnEarlyAnswerEndsTheConnection() throws IOException {
    try (RawClient client = client()) {
      client.send("POST /hot/refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n" + "x".repeat(10_000));
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue(); // within the two seconds of draining
    }
  }

  @Test
  void aCallerWhoLeavesIsNoticedWhileTheExchangeRuns() throws IOException {
    try (RawClient client = client()) {
      client.send(get("/hot/never/leave"));
      client.socket().shutdownOutput();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> probe.gone.containsKey("/hot/never/leave"));
  }

  @Test
  void connectionCloseIsHonouredAfterTheWholeAnswer() throws IOException {
    String body = "y".repeat(600_000);
    try (RawClient client = client()) {
      client.send(
          "POST /hot/echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      Reply reply = client.reply();
      assertThat(reply.body()).isEqualTo(body);
      assertThat(reply.header("Connection")).isEqualTo("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
    try (RawClient client = client()) {
      assertThat(client.send("GET /hot/now/old HTTP/1.0\r\nHost: h\r\n\r\n").reply().body()).isEqualTo("/hot/now/old");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void hotRoutesAnswerOnTheApiListenerOnly() throws IOException {
    for (int port : new int[]{server.settings.connect().port(), server.settings.management().port()}) {
      try (RawClient client = new RawClient(port)) {
        assertThat(client.send(get("/hot/now/x")).reply().status()).isEqualTo(404);
      }
    }
  }

  @Test
  void controllersAnswerOnTheirListenerOnly() throws IOException {
    try (RawClient api = client();
        RawClient connect = new RawClient(server.settings.connect().port());
        RawClient management = new RawClient(server.settings.management().port())) {
      assertThat(api.send(get("/browser")).reply().status()).isEqualTo(404);
      assertThat(management.send(get("/browser")).reply().status()).isEqualTo(404);
      assertThat(connect.send(get("/browser")).reply().body()).isEqualTo("page");
      assertThat(connect.send(get("/plain/loop/x")).reply().status()).isEqualTo(404);
      assertThat(management.send(get("/plain/loop/x")).reply().status()).isEqualTo(404);
    }
  }

  private RawClient client() throws IOException {
    return new RawClient(server.settings.api().port());
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
}
