package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.http.RawClient;
import dev.authpipe.proxy.http.RawClient.Reply;
import dev.authpipe.proxy.http.TestServer;
import dev.authpipe.testkit.GeneratedDocument;

/** Finds out by trying which headers pass, and holds docs/forward.md to it. */
@Tag("S24")
class ForwardPageTest {
  private static final List<String> REQUEST = List.of("Accept: */*", "Accept-Encoding: gzip", "Authorization: Bearer api-key",
      "Authpipe-End-User: ada", "Client-IP: 1.2.3.4", "Connection: X-Named", "Content-Type: text/plain", "Cookie: a=b",
      "Expect: 100-continue", "Forwarded: for=1.2.3.4", "HTTP2-Settings: AAA", "Host: h", "Idempotency-Key: 1",
      "If-None-Match: \"e\"", "Keep-Alive: 5", "Origin: https://a.example", "Proxy-Authorization: x", "Range: bytes=0-1",
      "Referer: https://a.example/", "TE: trailers, gzip", "Traceparent: 00-0-0-00", "True-Client-IP: 1.2.3.4", "Upgrade: h2c",
      "User-Agent: caller", "Via: 1.1 a", "X-Custom: 1", "X-Forwarded-For: 1.2.3.4", "X-Named: 1", "X-Original-URL: /",
      "X-Real-IP: 1.2.3.4", "X-Rewrite-URL: /");
  private static final List<String> ANSWER = List.of("Authpipe-Error: forged", "Authpipe-Request-Id: forged",
      "Cache-Control: no-store",
      "Connection: X-Named", "Content-Encoding: gzip", "Content-Type: text/plain", "Date: Sun, 06 Nov 1994 08:49:37 GMT",
      "ETag: \"e\"", "Keep-Alive: 5", "Location: https://elsewhere.example/", "Proxy-Authenticate: x", "Retry-After: 1",
      "Server: provider", "Set-Cookie: a=b", "Strict-Transport-Security: max-age=1", "Upgrade: h2", "Via: 1.1 b",
      "WWW-Authenticate: Bearer", "X-Custom: 1", "X-Named: 1");
  private static final List<String> TRAILERS = List.of("Age", "Authentication-Info", "Cache-Control", "Content-Encoding",
      "Content-Length", "Content-Location", "Content-Range", "Content-Type", "Cookie", "Date", "Digest", "Expect", "Expires",
      "Grpc-Message", "Grpc-Status", "Host", "Location", "Max-Forwards", "Pragma", "Range", "Repr-Digest", "Retry-After",
      "Server-Timing", "Set-Cookie", "Trailer", "Transfer-Encoding", "Vary", "Warning", "WWW-Authenticate", "X-Custom");

  @Test
  void thePageSaysWhatPasses() throws Exception {
    String page;
    try (InputStream in = Objects.requireNonNull(ForwardPageTest.class.getResourceAsStream("/forward-page.template"))) {
      page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (ByteProvider provider = ByteProvider.start(ForwardPageTest::answer)) {
      ForwardProbe probe = new ForwardProbe(URI.create(provider.origin() + "/api"));
      try (TestServer proxy = TestServer.start(probe); RawClient client = new RawClient(proxy.settings.api().port())) {
        Reply reply = client
            .send("GET " + ForwardCallTest.path("/x") + " HTTP/1.1\r\n" + String.join("\r\n", REQUEST) + "\r\n\r\n")
            .reply(true);
        assertThat(reply.status()).isEqualTo(200);
        List<String> passed = trailers(client);
        page = page.replace("{{request}}", table("at the provider", REQUEST, headers(provider.peers().getFirst().seen())))
            .replace("{{answer}}", table("at the caller", ANSWER, reply.headers()))
            .replace("{{trailers}}", named(TRAILERS.stream().filter(name -> !passed.contains(name.toLowerCase(Locale.ROOT)))
                .toList()))
            .replace("{{interim}}", Integer.toString(InterimAnswers.MOST));
      }
    }
    GeneratedDocument.check(Path.of("../docs/forward.md"), page);
  }

  private static void answer(ByteProvider.Peer peer) throws IOException {
    peer.head();
    StringBuilder trailers = new StringBuilder();
    TRAILERS.forEach(name -> trailers.append(name).append(": 1\r\n"));
    peer.write(
        "HTTP/1.1 200 OK\r\n" + String.join("\r\n", ANSWER) + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + trailers + "\r\n");
  }

  private static List<String> trailers(RawClient client) throws IOException {
    List<String> names = new ArrayList<>();
    assertThat(client.line()).isEqualTo("0");
    for (String line = client.line(); !line.isEmpty(); line = client.line()) {
      names.add(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT));
    }
    return names;
  }

  private static Map<String, String> headers(String head) {
    Map<String, String> all = new LinkedHashMap<>();
    head.lines().skip(1).filter(line -> !line.isEmpty()).forEach(line -> all
        .put(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT), line.substring(line.indexOf(':') + 1).strip()));
    return all;
  }

  /** The names by what became of them; what came besides is the proxy's. */
  private static String table(String where, List<String> sent, Map<String, String> arrived) {
    Map<String, List<String>> fates = new LinkedHashMap<>();
    for (String fate : List.of("as it was", "dropped", "ours", "added")) {
      fates.put(fate, new ArrayList<>());
    }
    Map<String, String> rest = new LinkedHashMap<>(arrived);
    for (String line : sent) {
      String name = line.substring(0, line.indexOf(':'));
      String came = rest.remove(name.toLowerCase(Locale.ROOT));
      String fate = came == null ? "dropped" : came.equals(line.substring(line.indexOf(':') + 2)) ? "as it was" : "ours";
      Objects.requireNonNull(fates.get(fate)).add(name);
    }
    Objects.requireNonNull(fates.get("added")).addAll(rest.keySet());
    StringBuilder table = new StringBuilder("| " + where + " | headers |\n|---|---|\n");
    fates.forEach((fate, names) -> {
      if (!names.isEmpty()) {
        table.append("| ").append(fate).append(" | ").append(named(names)).append(" |\n");
      }
    });
    return table.toString().stripTrailing();
  }

  private static String named(List<String> names) {
    return "`" + String.join("`, `", names) + "`";
  }
}
