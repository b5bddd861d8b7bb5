package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the dashboard's files are served. */
class DashboardTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  private ControlClient.Answer get(String path) {
    return plane.anonymous().get(path);
  }

  private static String header(ControlClient.Answer answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  @Tag("S65")
  void thePageAllowsNothingButItsOwnFilesAndItsOwnOrigin() {
    ControlClient.Answer page = get("/").expect(200);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    Map<String, String> policy = Arrays.stream(header(page, "Content-Security-Policy").split("; ", -1))
        .map(directive -> directive.split(" ", 2)).collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    assertThat(policy).containsEntry("default-src", "'none'").containsEntry("script-src", "'self'")
        .containsEntry("style-src", "'self'").containsEntry("connect-src", "'self'").containsEntry("frame-ancestors", "'none'")
        .containsEntry("form-action", "'none'").containsEntry("base-uri", "'none'");
    assertThat(policy.toString()).doesNotContain("unsafe", "http", "data:", "*");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
    assertThat(page.headers().allValues("Set-Cookie")).isEmpty();
    assertThat(page.text()).doesNotContain("<style", "style=", "://").doesNotContainPattern("<script[^>]*>[^<]");
  }

  @Test
  void everyFileThatThePageNamesIsThereForeverAndOfItsKind() {
    DashboardPage page = DashboardPage.read();
    assertThat(page.files()).extracting(file -> file.substring(file.lastIndexOf('.') + 1)).contains("js", "css", "svg");
    for (String file : page.files()) {
      ControlClient.Answer answer = get("/assets/" + file).expect(200);
      assertThat(header(answer, "Cache-Control")).as(file).isEqualTo("public, max-age=31536000, immutable");
      assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(answer, "Content-Type")).isEqualTo(switch (file.substring(file.lastIndexOf('.') + 1)) {
        case "js" -> "text/javascript; charset=utf-8";
        case "css" -> "text/css; charset=utf-8";
        default -> "image/svg+xml";
      });
    }
  }

  @Test
  void whoTakesGzipGetsTheSameBytesCompressed() throws IOException, InterruptedException {
    String path = "/assets/" + DashboardPage.read().script();
    URI address = plane.dashboard().resolve(path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> compressed = client.send(
          HttpRequest.newBuilder(address).header("Accept-Encoding", "br, GZIP;q=0.5").build(),
          HttpResponse.BodyHandlers.ofByteArray());
      assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(compressed.headers().firstValue("Vary")).hasValueSatisfying(
          vary -> assertThat(vary).isEqualToIgnoringCase("accept-encoding"));
      try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
        assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(get(path).text());
      }
      HttpResponse<byte[]> refused = client.send(
          HttpRequest.newBuilder(address).header("Accept-Encoding", "gzip;q=0").build(),
          HttpResponse.BodyHandlers.ofByteArray());
      assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/assets/index.html", "/assets/nothing.js", "/assets/..%2Findex.html", "/assets/", "/index.html",
      "/api/v1/nothing", "/api", "/workspaces"})
  void whatThereIsNotIsAProblemAndNoPage(String path) {
    ControlClient.Answer answer = get(path).expect(404);
    assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
    assertThat(answer.code()).isEqualTo("not_found");
  }

  @Test
  void theDashboardIsOnItsListenerOnly() {
    assertThat(plane.anonymous().send(plane.management(), "GET", "/", null).status()).isEqualTo(404);
    assertThat(plane.proxy().get("/").status()).isNotEqualTo(200);
  }
}
