package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.proxy.forward.SameCall.Framing;
import dev.authpipe.proxy.forward.SameCall.Result;
import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.Header;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http.RecordedRequest;

/**
 * Every combination of method, framing, status and size, sent to the same provider directly and through the proxy: what arrives there and what comes
 * back is the same, but for what docs/forward.md says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("S24")
class ForwardConformanceTest {
  private static final Set<String> OURS_THERE = Set.of("host", "authorization", "accept-version", "user-agent");
  private static final Set<String> OURS_HERE = Set.of("authpipe-request-id", "connection", "transfer-encoding", "content-length");
  private static final List<Integer> SIZES = List.of(0, 1, 50_000);
  private LoopbackServer provider;
  private TestServer plain;
  private SecureServer secure;
  private RawClient direct;
  private RawClient proxied;
  private RawHttp2Client http2;
  private int stream = -1;
  @TempDir
  static Path folder;

  /** How an answer's body is delimited. */
  enum AnswerFraming {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  /** One combination. */
  record Row(String method, Framing framing, int size, int status, AnswerFraming answer, int answerSize) {
    SameCall call() {
      return new SameCall(method, "/api/x%20y?a=%2F&b=1+2&status=" + status + "&answer=" + answer + "&size=" + answerSize,
          framing,
          text(size), List.of(Map.entry("X-One", "1"), Map.entry("X-Two", "a, b"), Map.entry("X-Two", "c"),
              Map.entry("Content-Type", "text/plain"), Map.entry("Accept-Encoding", "gzip"), Map.entry("User-Agent", "caller")));
    }
  }

  static Stream<Row> rows() {
    Stream<Row> requests = Stream.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")
        .flatMap(method -> Stream.of(Framing.values()).flatMap(framing -> SIZES.stream()
            .filter(size -> framing != Framing.NONE || size == 0)
            .map(size -> new Row(method, framing, size, 200, AnswerFraming.LENGTH, 3))));
    Stream<Row> answers = Stream.of("GET", "HEAD", "POST")
        .flatMap(method -> Stream.of(200, 201, 202, 204, 206, 301, 304, 307, 400, 401, 404, 418, 429, 500, 503)
            .flatMap(status -> Stream.of(AnswerFraming.values()).flatMap(framing -> SIZES.stream()
                .filter(size -> (status != 204 && status != 304) || (size == 0 && framing == AnswerFraming.LENGTH))
                .map(size -> new Row(method, Framing.NONE, 0, status, framing, size)))));
    return Stream.concat(requests, answers);
  }

  @BeforeAll
  void start() throws Exception {
    provider = LoopbackServer.start(ForwardConformanceTest::serve);
    ForwardProbe probe = new ForwardProbe(provider.origin());
    plain = TestServer.start(probe);
    secure = SecureServer.start(folder, probe);
    direct = new RawClient(provider.port());
    proxied = new RawClient(plain.settings.api().port());
    http2 = new RawHttp2Client(secure.connect("h2"));
  }

  @AfterAll
  void stop() throws Exception {
    http2.close();
    proxied.close();
    direct.close();
    secure.close();
    plain.close();
    provider.close();
  }

  private static void serve(Exchange exchange) throws IOException {
    exchange.bodyText();
    String query = exchange.request().rawQuery();
    int status = Integer.parseInt(query.replaceAll(".*status=(\\d+).*", "$1"));
    String body = text(Integer.parseInt(query.replaceAll(".*size=(\\d+).*", "$1")));
    List<Header> headers = List.of(new Header("X-Answer", "1"), new Header("Set-Cookie", "a=b"), new Header("Set-Cookie", "c=d"),
        new Header("Content-Type", "text/plain"), new Header("ETag", "\"e\""),
        new Header("Location", "https://elsewhere.example/"));
    switch (AnswerFraming.valueOf(query.replaceAll(".*answer=(\\w+).*", "$1"))) {
      case LENGTH -> {
        Answer answer = Answer.of(status).body(body.getBytes(StandardCharsets.US_ASCII));
        for (Header header : headers) {
          answer = answer.with(header.name(), header.value());
        }
        exchange.answer(answer);
      }
      case CHUNKED -> {
        try (OutputStream out = exchange.streamChunked(status, headers)) {
          out.write(body.getBytes(StandardCharsets.US_ASCII));
        }
      }
      case UNTIL_CLOSE -> {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " x\r\nConnection: close\r\n");
        headers.forEach(header -> head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        boolean bodiless = exchange.request().method().equals("HEAD");
        exchange.answerRaw((head + "\r\n" + (bodiless ? "" : body)).getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void theSameArrivesThereAndTheSameComesBack(Row row) throws Exception {
    SameCall call = row.call();
    if (direct.socket().isClosed() || row.answer == AnswerFraming.UNTIL_CLOSE) {
      direct.close();
      direct = new RawClient(provider.port());
    }
    Result expected = call.send(direct, call.target());
    if (row.answer == AnswerFraming.UNTIL_CLOSE) {
      direct.close();
    }
    RecordedRequest there = provider.requests().getLast();
    Result one = call.send(proxied, ForwardCallTest.path(call.target()));
    assertSame(there, provider.requests().getLast(), false);
    assertSame(expected, one, row);
    stream += 2;
    Result two = call.send(http2, stream, ForwardCallTest.path(call.target()));
    assertSame(there, provider.requests().getLast(), true);
    assertSame(expected, two, row);
  }

  private static void assertSame(RecordedRequest direct, RecordedRequest proxied, boolean http2) {
    assertThat(proxied).isNotSameAs(direct);
    assertThat(proxied.method()).isEqualTo(direct.method());
    assertThat(proxied.rawTarget()).isEqualTo(direct.rawTarget());
    assertThat(proxied.bodyText()).isEqualTo(direct.bodyText());
    assertThat(headers(proxied)).isEqualTo(headers(direct));
    assertThat(proxied.headerValues("User-Agent")).containsExactly("caller");
    assertThat(proxied.headerValues("Authorization")).containsExactly("Bearer at-1");
    assertThat(proxied.headerValues("X-Two")).containsExactly("a, b", "c");
    assertThat(http2 || proxied.header("Transfer-Encoding").equals(direct.header("Transfer-Encoding"))).isTrue();
  }

  private static Map<String, List<String>> headers(RecordedRequest request) {
    Map<String, List<String>> all = new TreeMap<>();
    request.headers().stream().map(header -> header.name().toLowerCase(Locale.ROOT)).filter(name -> !OURS_THERE.contains(name))
        .forEach(name -> all.put(name, request.headerValues(name)));
    return all;
  }

  private static void assertSame(Result direct, Result proxied, Row row) {
    assertThat(proxied.status()).isEqualTo(direct.status());
    assertThat(proxied.body()).isEqualTo(direct.body());
    assertThat(headers(proxied)).isEqualTo(headers(direct));
    if (row.answer == AnswerFraming.LENGTH && row.status != 204) {
      assertThat(proxied.headers().get("content-length")).isEqualTo(direct.headers().get("content-length"));
    } else {
      assertThat(proxied.headers()).doesNotContainKey("content-length");
    }
    assertThat(proxied.headers()).containsKey("authpipe-request-id").doesNotContainKey("authpipe-error");
  }

  private static Map<String, String> headers(Result result) {
    Map<String, String> all = new TreeMap<>(result.headers());
    all.keySet().removeAll(OURS_HERE);
    return all;
  }

  private static String text(int length) {
    return "0123456789".repeat(length / 10 + 1).substring(0, length);
  }
}
