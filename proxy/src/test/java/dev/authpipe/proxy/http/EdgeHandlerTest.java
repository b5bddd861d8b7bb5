package dev.authpipe.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.http.RawClient.Reply;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeHandlerTest {
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

  static Stream<Arguments> broken() {
    String post = " HTTP/1.1\r\nHost: h\r\n";
    return Stream.of("/plain/note", "/hot/echo").flatMap(path -> Stream.of(
        Arguments.of("both lengths", "POST " + path + post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "invalid_framing"),
        Arguments.of("two lengths", "POST " + path + post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "invalid_framing"),
        Arguments.of("the same length twice", "POST " + path + post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "invalid_framing"),
        Arguments.of("a list of lengths", "POST " + path + post + "Content-Length: 3, 3\r\n\r\nabc", "invalid_framing"),
        Arguments.of("a signed length", "POST " + path + post + "Content-Length: +3\r\n\r\nabc", "invalid_framing"),
        Arguments.of("a negative length", "POST " + path + post + "Content-Length: -3\r\n\r\nabc", "invalid_framing"),
        Arguments.of("chunked not last", "POST " + path + post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
            "invalid_framing"),
        Arguments.of("an unknown transfer coding", "POST " + path + post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "invalid_framing"),
        Arguments.of("chunked in HTTP/1.0",
            "POST " + path + " HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "invalid_framing"),
        Arguments.of("bare line feeds", "POST " + path + " HTTP/1.1\nHost: h\nContent-Length: 0\n\n", "invalid_framing"),
        Arguments.of("a bare line feed", "POST " + path + post + "A: b\nContent-Length: 0\r\n\r\n", "invalid_framing"),
        Arguments.of("a space before the colon", "POST " + path + post + "Content-Length : 0\r\n\r\n", "invalid_framing"),
        Arguments.of("no host", "POST " + path + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "invalid_framing"),
        Arguments.of("two hosts", "POST " + path + post + "Host: other\r\nContent-Length: 0\r\n\r\n", "invalid_framing"),
        Arguments.of("NUL in a header", "POST " + path + post + "A: b\u0000c\r\nContent-Length: 0\r\n\r\n", "invalid_framing"),
        Arguments.of("CR in a header", "POST " + path + post + "A: b\rc\r\nContent-Length: 0\r\n\r\n", "invalid_framing"),
        Arguments.of("huge headers", "POST " + path + post + "A: " + "x".repeat(40_000) + "\r\n\r\n", "headers_too_large"),
        Arguments.of("a huge address", "GET " + path + "?" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n",
            "uri_too_long")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  @Tag("S25")
  void brokenFramingIsAnsweredAndTheConnectionClosed(String name, String request, String code) throws IOException {
    try (RawClient client = client()) {
      Reply reply = client.send(request + "GET /plain/loop/smuggled HTTP/1.1\r\nHost: h\r\n\r\n").reply();
      problem(reply, ErrorCode.of(code).orElseThrow());
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @Tag("S25")
  void aBrokenChunkEndsTheRequest() throws IOException {
    for (String path : new String[]{"/plain/note", "/hot/never/chunk"}) {
      try (RawClient client = client()) {
        Reply reply = client.send("POST " + path
            + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n")
            .reply();
        problem(reply, ErrorCode.INVALID_FRAMING);
        assertThat(client.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  @Tag("S25")
  void answersThatAreOwedComeBeforeTheRefusal() throws IOException {
    try (RawClient client = client()) {
      client.send(get("/plain/thread/1") + get("/hot/thread/2") + "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("/plain/thread/1");
      assertThat(client.reply().body()).isEqualTo("/hot/thread/2");
      problem(client.reply(), ErrorCode.INVALID_FRAMING);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @Tag("S65")
  void everyAnswerOfOursHasTheSecurityHeaders() throws IOException {
    for (String target : new String[]{"/plain/loop/1", "/nowhere", "/plain/fault", "/hot/now/1", "/hot/refuse"}) {
      try (RawClient client = client()) {
        Reply reply = client.send(get(target)).reply();
        assertThat(reply.header("Cache-Control")).as(target).isEqualTo("no-store");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(reply.header("Content-Security-Policy")).contains("frame-ancestors 'none'").doesNotContain("unsafe");
        assertThat(reply.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(reply.header("Server")).isEmpty();
        assertThat(reply.header(RequestIds.HEADER)).matches("req_[0-9a-hjkmnp-tv-z]{26}");
      }
    }
  }

  @Test
  void aRelayedAnswerGetsTheRequestIdOnly() throws IOException {
    try (RawClient client = client()) {
      Reply reply = client.send("POST /hot/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx").reply();
      assertThat(reply.headers().keySet()).containsExactlyInAnyOrder("content-length", "authpipe-request-id");
    }
  }

  @Test
  void requestIdsAreOursAndUnique() throws IOException {
    Set<String> seen = new HashSet<>();
    try (RawClient client = client()) {
      for (int i = 0; i < 100; i++) {
        Reply reply = client.send("GET /plain/id HTTP/1.1\r\nHost: h\r\nAuthpipe-Request-Id: req_mine\r\n\r\n").reply();
        assertThat(reply.body()).isEqualTo(reply.header(RequestIds.HEADER)).isNotEqualTo("req_mine");
        seen.add(reply.body());
      }
    }
    assertThat(seen).hasSize(100);
  }

  static Stream<Arguments> problems() {
    return Stream.of(Arguments.of(get("/nowhere"), ErrorCode.NOT_FOUND),
        Arguments.of(get("/plain/fault"), ErrorCode.INTERNAL_ERROR),
        Arguments.of(get("/plain/problem"), ErrorCode.REFRESH_BACKOFF),
        Arguments.of("DELETE /plain/note HTTP/1.1\r\nHost: h\r\n\r\n", ErrorCode.METHOD_NOT_ALLOWED),
        Arguments.of(note("{\"text\":\"a\""), ErrorCode.INVALID_JSON),
        Arguments.of(note("{\"text\":\"a\",\"number\":1} x"), ErrorCode.INVALID_JSON),
        Arguments.of(note("{\"text\":\"a\",\"text\":\"b\",\"number\":1}"), ErrorCode.INVALID_JSON),
        Arguments.of(note("{\"text\":\"a\",\"number\":\"1\"}"), ErrorCode.INVALID_JSON),
        Arguments.of(note("{\"text\":1,\"number\":1}"), ErrorCode.INVALID_JSON),
        Arguments.of(note("[".repeat(100) + "]".repeat(100)), ErrorCode.INVALID_JSON),
        Arguments.of(note("{\"text\":" + "[".repeat(40) + "]".repeat(40) + ",\"number\":1}"), ErrorCode.INVALID_JSON),
        Arguments.of(note("{\"text\":\"a\",\"number\":1,\"extra\":{}}"), ErrorCode.UNKNOWN_FIELD),
        Arguments.of(note(""), ErrorCode.INVALID_REQUEST),
        Arguments.of(note("{\"text\":\"" + "x".repeat(1_100_000) + "\",\"number\":1}"), ErrorCode.BODY_TOO_LARGE),
        Arguments.of(note("{\"text\":\"a\",\"number\":1}").replace("application/json", "text/plain"),
            ErrorCode.UNSUPPORTED_MEDIA_TYPE),
        Arguments.of(note("{\"text\":\"a\",\"number\":1}").replace("Host: h", "Host: h\r\nContent-Encoding: gzip"),
            ErrorCode.UNSUPPORTED_MEDIA_TYPE),
        Arguments.of(get("/hot/refuse"), ErrorCode.PATH_NOT_ALLOWED));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("problems")
  @Tag("S38")
  void everyErrorHasTheSameShape(String request, ErrorCode code) throws IOException {
    try (RawClient client = client()) {
      Reply reply = client.send(request).reply();
      problem(reply, code);
      if (code == ErrorCode.REFRESH_BACKOFF) {
        assertThat(reply.header("Retry-After")).isEqualTo("2");
        assertThat(reply.body()).contains("Later.");
      }
      if (code == ErrorCode.UNKNOWN_FIELD) {
        assertThat(reply.body()).contains("'extra'");
      }
    }
  }

  @Test
  void aGoodNoteIsRead() throws IOException {
    try (RawClient client = client()) {
      assertThat(client.send(note("{\"text\":\"a\",\"number\":1}")).reply().body()).isEqualTo("a1");
    }
  }

  private static void problem(Reply reply, ErrorCode code) throws IOException {
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    JsonNode problem = new ObjectMapper().readTree(reply.body());
    assertThat(problem.properties().stream().map(Map.Entry::getKey)).containsExactly("type", "title", "status", "detail", "code",
        "request_id");
    assertThat(problem.get("code").asText()).isEqualTo(code.code());
    assertThat(problem.get("status").asInt()).isEqualTo(code.status()).isEqualTo(reply.status());
    assertThat(problem.get("title").asText()).isEqualTo(code.title());
    assertThat(problem.get("type").asText()).isEqualTo(code.type());
    assertThat(problem.get("request_id").asText()).isEqualTo(reply.header(RequestIds.HEADER));
    assertThat(reply.body()).doesNotContain("canary", "Exception", "jackson", "micronaut");
  }

  private RawClient client() throws IOException {
    return new RawClient(server.settings.api().port());
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  private static String note(String body) {
    return "POST /plain/note HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
        + "\r\n\r\n" + body;
  }
}
