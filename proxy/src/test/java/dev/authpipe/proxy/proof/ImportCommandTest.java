package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.sandbox.IssuedTokens;

/** {@code authpipe import} against a whole proxy: lines, batches, where to go on, and nothing of a line in what it prints. */
@Tag("S62")
class ImportCommandTest {
  private static ProxyFixture proxy;
  private static String apiKey = "";

  @TempDir
  Path directory;

  private record Ran(int code, String out, String err) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
    apiKey = proxy.apiKeys().create(ProofDeployment.OWN, List.of("connections:write"), Stream.empty());
  }

  @AfterAll
  static void stop() {
    proxy.close();
  }

  @Test
  void theExampleOfTheDocumentIsImported() throws IOException {
    String page = Files.readString(Path.of("../docs/import.md"));
    String example = page.replaceFirst("(?s).*<!-- example: begin -->\n```json\n(.*?)```.*", "$1");
    IssuedTokens tokens = tokens("sandbox");
    String lines = example.replace("ACCESS_TOKEN_1", tokens.accessToken().reveal())
        .replace("REFRESH_TOKEN_1", tokens.refreshToken().reveal())
        .replace("API_KEY_2", proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal());
    Ran ran = run(lines, "--from", "file", "--json");
    assertThat(ran.code).as(ran.out + ran.err).isZero();
    assertThat(ran.json().path("imported").asInt()).isEqualTo(2);
    String first = connectionsOf("user-1").get(0).path("id").asText();
    assertThat(proxy.application().accessToken(first).expect(200).json().path("access_token").asText())
        .isEqualTo(tokens.accessToken().reveal());
  }

  @Test
  void aWrongLineEndsItsBatchAndTheRunSaysWhereToGoOn() throws IOException {
    List<String> lines = new ArrayList<>(IntStream.range(0, 25).mapToObj(n -> line("going-on-" + n, tokens("sandbox"))).toList());
    lines.add(5, "");
    String good = lines.get(16);
    lines.set(16, good.replace("\"oauth2\"", "\"api_key\""));
    Path ids = directory.resolve("ids.jsonl");
    Ran ran = run(String.join("\n", lines), "--from", "file", "--batch", "10", "--ids", ids.toString());
    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.out).contains("10 connections imported in 1 batches").contains("line 17: unprocessable:")
        .contains("go on with --from-line 12");
    assertThat(ran.out + ran.err).doesNotContain("sbx_").doesNotContain(apiKey);
    assertThat(Files.readAllLines(ids)).hasSize(10).last().asString().contains("\"line\":11,");
    assertThat(connectionsOf("going-on-9")).hasSize(1);
    assertThat(connectionsOf("going-on-10")).isEmpty();

    lines.set(16, good);
    Ran rest = run(String.join("\n", lines), "--from", "file", "--batch", "10", "--from-line", "12", "--json");
    assertThat(rest.json().path("imported").asInt()).isEqualTo(15);
    Ran repeated = run(String.join("\n", lines), "--from", "file", "--batch", "10", "--from-line", "12", "--json");
    assertThat(repeated.code).isZero();
    for (int n = 0; n < 25; n++) {
      assertThat(connectionsOf("going-on-" + n)).as("person %d", n).hasSize(1);
    }
  }

  @Test
  void linesThatAreNoRowsAreNamedBeforeAnythingIsSent() throws IOException {
    String secret = "sbx_at_" + ConnectFlow.random();
    String lines = line("not-sent", tokens("sandbox")) + "\n{\"credential\":{\"access_token\":\"" + secret + "\"\n[\"" + secret
        + "\"]\n{\"a\":1}{\"b\":2}\n\"" + "x".repeat(70_000) + "\"\n";
    Ran ran = run(lines, "--from", "file", "--json");
    assertThat(ran.code).isEqualTo(1);
    List<Integer> wrong = new ArrayList<>();
    ran.json().path("errors").forEach(one -> wrong.add(one.path("line").asInt()));
    assertThat(wrong).containsExactly(2, 3, 4, 5);
    assertThat(ran.out + ran.err).doesNotContain(secret);
    assertThat(connectionsOf("not-sent")).isEmpty();
  }

  @Test
  void connectionsOfNangoServeAccessTokensHere() throws IOException {
    IssuedTokens tokens = tokens("sandbox");
    String oauth = """
        {"id":18393,"created_at":"2023-03-08T09:43:03.725Z","provider":"sandbox","provider_config_key":"sandbox-prod","connection_id":"c-1",\
        "end_user":{"id":"nango-1","display_name":"Ada","email":"ada@example.com","organization":null},"credentials":{"type":"OAUTH2",\
        "access_token":"%s","refresh_token":"%s","expires_at":"2023-03-08T09:43:03.725Z","raw":{"token_type":"bearer",\
        "scope":"profile,issues:read"}},"connection_config":{"instance_id":"YYY"},"metadata":{"plan":"pro","seats":3},"errors":[]}
        """
        .formatted(tokens.accessToken().reveal(), tokens.refreshToken().reveal());
    String key = """
        {"provider_config_key":"sandbox-key","connection_id":"nango-2","credentials":{"type":"API_KEY","apiKey":"%s"}}
        """.formatted(proxy.provider().createApiKey(proxy.provider().accounts().getFirst()).reveal());
    Ran refused = run(oauth + key, "--from", "nango", "--integration", "sandbox-prod=sandbox");
    assertThat(refused.code).isEqualTo(1);
    assertThat(refused.out).contains("line 1").contains("connection_config.instance_id").doesNotContain("YYY")
        .doesNotContain("sbx_");
    Ran ran = run(oauth + key, "--from", "nango", "--integration", "sandbox-prod=sandbox", "--ignore",
        "connection_config.instance_id");
    assertThat(ran.code).as(ran.out + ran.err).isZero();
    JsonNode made = connectionsOf("nango-1").get(0);
    assertThat(made.at("/metadata/nango_connection_id").asText()).isEqualTo("c-1");
    assertThat(made.at("/metadata/seats").asText()).isEqualTo("3");
    assertThat(made.path("scopes").toString()).isEqualTo("[\"issues:read\",\"profile\"]");
    JsonNode fresh = proxy.application().accessToken(made.path("id").asText()).expect(200).json();
    assertThat(fresh.path("generation").asInt()).isEqualTo(2);
    proxy.application().proxied(connectionsOf("nango-2").get(0).path("id").asText(), "/me").expect(200);
  }

  @Test
  void whatWouldGiveSecretsAwayIsRefused() throws IOException {
    assertThat(run("", "--from", "file", "--url", "http://proxy.example:8400").err).contains("--url begins with https://");
    Path open = Files.writeString(directory.resolve("open.key"), apiKey);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    Ran ran = run("", "--from", "file", "--api-key-file", open.toString());
    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.err).contains("everybody may read").doesNotContain(apiKey);
  }

  private JsonNode connectionsOf(String person) {
    return proxy.application().send("GET", "/v1/connections?end_user=" + person).expect(200).json().path("data");
  }

  private static IssuedTokens tokens(String integration) {
    return proxy.provider().issueGrant(proxy.provider().accounts().getFirst(), "acme-" + integration, List.of("profile"));
  }

  private static String line(String person, IssuedTokens tokens) {
    return "{\"integration\":\"sandbox\",\"end_user\":{\"id\":\"%s\"},\"credential\":{\"type\":\"oauth2\",\"access_token\":\"%s\",\"refresh_token\":\"%s\"}}"
        .formatted(person, tokens.accessToken().reveal(), tokens.refreshToken().reveal());
  }

  private Ran run(String in, String... args) throws IOException {
    Path key = directory.resolve("import.key");
    if (!Files.exists(key)) {
      Files.writeString(key, apiKey + "\n");
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }
    List<String> all = new ArrayList<>(List.of("import"));
    all.addAll(List.of(args));
    if (!all.contains("--url")) {
      all.addAll(List.of("--url", proxy.addresses().api().toString()));
    }
    if (!all.contains("--api-key-file")) {
      all.addAll(List.of("--api-key-file", key.toString()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
        all.toArray(String[]::new));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
