package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.testkit.EmbeddedDatabases;

class AuthpipeCommandTest {
  static final String WORKSPACE = """
      workspaces:
        - name: acme
          integrations:
            - slug: sandbox
              client_id: client_1
              return_urls: [http://127.0.0.1:3000/connected]
      """;

  @TempDir
  Path directory;

  private record Ran(int code, String out, String err) {}

  @ParameterizedTest
  @ValueSource(strings = {"", "proxy", "api-key", "api-key create", "api-key list", "api-key revoke", "secret", "secret set",
      "secret list", "secret entry", "secret entries", "secret withdraw", "secret end-previous",
      "audit", "audit key", "audit verify", "erasure", "erasure verify",
      "provider",
      "provider check", "migrate", "doctor", "enrol", "approve", "import", "revoke-all", "rotate-all", "kek", "kek status",
      "kek change", "kek rotate", "dek", "dek rotate", "dek status", "dek forget-journal", "backup", "backup verify", "restore"})
  void everyCommandHasHelp(String command) {
    Ran ran = run("", (command + " --help").strip().split(" ", -1));
    assertThat(ran.code).isZero();
    assertThat(ran.out).contains("Usage: authpipe");
  }

  @Test
  void helpLoadsNeitherTheFrameworkNorNetty() throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:class+load",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), AuthpipeCommand.class.getName(), "api-key",
        "create", "--help")
        .redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output).contains("Usage: authpipe api-key create");
    assertThat(output.lines().filter(line -> line.contains(" io.micronaut.") || line.contains(" io.netty."))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "api-key", "api-key create", "secret set", "audit verify", "audit verify x --key y",
      "kek", "kek change --nonsense", "dek", "dek rotate --nonsense", "dek forget-journal", "backup", "backup verify", "restore",
      "provider check", "doctor --nonsense"})
  void wrongUseEndsWith2(String command) {
    assertThat(run("", command.isEmpty() ? new String[0] : command.split(" ", -1)).code).isEqualTo(2);
  }

  @Test
  void aMissingSettingsFileEndsWith1AndOneSentence() {
    Ran ran = run("", "doctor", "--config", directory.resolve("none.yaml").toString());
    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.out).contains("cannot be read");
    Ran proxy = run("", "proxy", "--config", directory.resolve("none.yaml").toString());
    assertThat(proxy.code).isEqualTo(1);
    assertThat(proxy.err).startsWith("authpipe: ").contains("cannot be read").doesNotContain("\tat ");
  }

  @Test
  void providerCheckTellsRightFromWrong() throws Exception {
    assertThat(run("", "provider", "check", "src/main/resources/catalog/slack.yaml").code).isZero();
    Path wrong = Files.writeString(directory.resolve("wrong.yaml"), "format: 1\nprovidr: x\n");
    Ran ran = run("", "provider", "check", "--json", wrong.toString());
    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.out).startsWith("{\"error\":");
  }

  @Test
  void anApiKeyIsMadeShownOnceListedAndRevoked() {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      String config = ProxyFiles.write(directory, stores, WORKSPACE).toString();
      Ran made = run("", "api-key", "create", "--config", config, "--name", "backend", "--scope", "connect,tokens:read",
          "--json");
      assertThat(made.code).as(made.err).isZero();
      assertThat(made.out).contains("\"api_key\":\"ap_sk_").contains("\"scopes\":[\"connect\",\"tokens:read\"]");
      String id = made.out.replaceAll("(?s).*\"id\":\"(key_[0-9a-z]+)\".*", "$1");
      Ran listed = run("", "api-key", "list", "--config", config);
      assertThat(listed.out).contains(id).contains("active").doesNotContain("ap_sk_");
      assertThat(run("", "api-key", "revoke", id, "--config", config).code).isZero();
      assertThat(run("", "api-key", "list", "--config", config).out).contains("revoked");
      assertThat(run("", "api-key", "create", "--config", config, "--name", "x", "--scope", "everything").code).isEqualTo(1);
    }
  }

  @Test
  void aClientSecretIsReadFromStandardInputAndNotRepeated() {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      String config = ProxyFiles.write(directory, stores, WORKSPACE).toString();
      Ran set = run("hunter2-hunter2-hunter2-hunter2\n", "secret", "set", "sandbox", "--config", config, "--json");
      assertThat(set.code).as(set.err).isZero();
      assertThat(set.out).contains("\"version\":1").doesNotContain("hunter2-hunter2");
      assertThat(run("", "secret", "set", "sandbox", "--config", config).code).isEqualTo(1);
      Ran kept = run("hunter3-hunter3-hunter3-hunter3\n", "secret", "set", "sandbox", "--keep-old", "24h", "--config", config);
      assertThat(kept.out).contains("set; version 2", "previous: version 1, tried until ");
      assertThat(run("", "secret", "list", "--config", config).out).contains("previous: version 1, tried until ");
      assertThat(run("", "secret", "end-previous", "sandbox", "--config", config).out).contains("version 1 is erased");
      assertThat(run("x\n", "secret", "set", "sandbox", "--keep-old", "31 d", "--config", config).err)
          .contains("--keep-old is an amount of time from 0 ms to 30 d");
    }
  }

  @Test
  void aOneTimeLinkIsShownOnceAndWithdrawn() {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      String config = ProxyFiles.write(directory, stores, WORKSPACE).toString();
      Ran made = run("", "secret", "entry", "sandbox", "--lifetime", "10min", "--config", config);
      assertThat(made.code).as(made.err).isZero();
      assertThat(made.out).containsPattern("http://[^ ]*/client-secret#int_[0-9a-z]{26}\\.[A-Za-z0-9_-]{43}\n")
          .contains("good once, until ");
      String open = run("", "secret", "entries", "sandbox", "--config", config).out;
      assertThat(open).containsPattern("cse_[0-9a-z]{26}: until ").doesNotContain("#");
      String id = open.substring(open.indexOf("cse_"), open.indexOf(':'));
      assertThat(run("", "secret", "withdraw", "sandbox", id, "--config", config).out).contains("withdrawn");
    }
  }

  @Test
  void doctorFindsADeploymentHealthyAndNamesAMissingKek() throws Exception {
    try (EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create()) {
      Path config = ProxyFiles.write(directory, stores, WORKSPACE);
      Ran healthy = run("", "doctor", "--config", config.toString());
      assertThat(healthy.code).as(healthy.out).isZero();
      assertThat(healthy.out)
          .contains("vault: it answers vault_app", "client_secrets: it answers client_secrets_app", "5 s while PostgreSQL")
          .containsPattern("\\n0 failed, \\d+ weak, \\d+ ok\\n");
      Files.delete(directory.resolve("main.kek"));
      Ran sick = run("", "doctor", "--config", config.toString(), "--json");
      assertThat(sick.code).isEqualTo(1);
      assertThat(sick.out).contains("\"healthy\":false").contains("the KEK main refuses");
    }
  }

  private static Ran run(String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = AuthpipeCommand.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
        List.of(args).toArray(String[]::new));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
