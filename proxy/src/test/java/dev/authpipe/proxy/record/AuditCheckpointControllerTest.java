package dev.authpipe.proxy.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.authpipe.proxy.audit.Checkpoints;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.ops.RunningProxy;
import dev.authpipe.testkit.EmbeddedDatabases;

/** From the running proxy's API to the command line of an auditor who has no database. */
@Tag("S41")
class AuditCheckpointControllerTest {
  @TempDir
  static Path directory;
  private static EmbeddedDatabases.StoreSet stores;
  private static RunningProxy proxy;
  private static HttpClient client;
  private static String apiKey;

  private record Ran(int code, String out) {}

  @BeforeAll
  static void start() {
    stores = EmbeddedDatabases.shared().create();
    proxy = RunningProxy.start(directory, stores, """
        audit:
          checkpoint_directory: outside
        workspaces:
          - name: acme
            integrations:
              - slug: sandbox
                client_id: client_1
                return_urls: [http://127.0.0.1:3000/connected]
        """, Map.of(), Map.of());
    apiKey = proxy.apiKey("acme");
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    proxy.close();
    stores.close();
  }

  @Test
  void anExportVerifiesOnTheCommandLineAndAChangedLineIsNamed() throws Exception {
    HttpResponse<String> note = get("/v1/audit/checkpoint");
    assertThat(note.statusCode()).as(note.body()).isEqualTo(200);
    assertThat(note.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    Path kept = Files.writeString(directory.resolve("kept.note"), note.body());
    HttpResponse<String> export = get("/v1/audit/export");
    assertThat(export.statusCode()).as(export.body()).isEqualTo(200);
    assertThat(export.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/jsonl");
    Path file = Files.writeString(directory.resolve("export.jsonl"), export.body());
    String key = proxy.bean(Checkpoints.class).key().toString();
    Ran good = run("audit", "verify", file.toString(), "--checkpoint", kept.toString(), "--key", key, "--json");
    assertThat(good.code).as(good.out).isZero();
    assertThat(good.out).contains("\"valid\":true", "\"findings\":[]", "\"after_checkpoint\":0");
    Files.writeString(file, export.body().replaceFirst("\"outcome\":\"success\"", "\"outcome\":\"refused\""));
    Ran bad = run("audit", "verify", file.toString(), "--checkpoint", kept.toString(), "--key", key);
    assertThat(bad.code).isEqualTo(1);
    assertThat(bad.out).startsWith("line 2: ").contains("does not hold");
    Ran other = run("audit", "verify", file.toString(), "--checkpoint", kept.toString(), "--key", key.replace("+", "x+"));
    assertThat(other.code).isEqualTo(1);
    Path vector = Files.writeString(directory.resolve("vector.json"),
        Files.readString(Path.of("../docs/audit-vectors/export.jsonl")));
    assertThat(run("audit", "verify", vector.toString(), "--checkpoint", kept.toString(), "--key", key).out).as("another log")
        .startsWith("line 1: ");
    Ran shown = run("audit", "key", "--config", directory.resolve("authpipe.yaml").toString());
    assertThat(shown.out.strip()).isEqualTo(key);
  }

  @Test
  void aRangeCarriesItsProof() throws Exception {
    get("/v1/audit/checkpoint");
    String part = get("/v1/audit/export?from=1&to=2").body();
    assertThat(part.lines()).hasSize(3).last().asString().startsWith("{\"proof\":\"");
  }

  @ParameterizedTest
  @CsvSource({"/v1/audit/export?from=x,400,from", "/v1/audit/export?to=99999,400,newest checkpoint",
      "/v1/audit/export?from=2&to=1,400,from", "/v1/audit/export?size=1,400,Known parameters",
      "/v1/audit/checkpoint?log=control,400,log",
      "/v1/audit/checkpoint?log=client_secrets,404,no event"})
  void wrongParametersAreNamed(String path, int status, String said) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(said);
  }

  @Test
  @Tag("S30")
  void withoutAKeyNothingIsShown() throws Exception {
    for (String path : new String[]{"/v1/audit/checkpoint", "/v1/audit/export"}) {
      assertThat(client.send(HttpRequest.newBuilder(URI.create(proxy.api() + path)).build(), HttpResponse.BodyHandlers.ofString())
          .statusCode()).isEqualTo(401);
    }
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(proxy.api() + path)).header("Authorization", "Bearer " + apiKey).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Ran run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), stream,
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), args);
    return new Ran(code, out.toString(StandardCharsets.UTF_8));
  }
}
