package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;
import dev.authpipe.testkit.sandbox.GrantSummary;
import dev.authpipe.testkit.sandbox.RefreshRotation;

/**
 * What operators and applications see: a backup of yesterday, an erasure and a hundred refreshes, then both stores come back from it. The person
 * stays erased, every grant lives, and the log verifies over the new epoch.
 */
@Tag("long")
@Tag("S53")
class RestoreFlowTest {
  private static final int REFRESHES = 34;

  @TempDir
  Path directory;
  private ProxyFixture proxy;
  private StoreSet stores;
  private Path backups;

  /** The backups of one run. */
  private record Made(Path vault, Path clientSecrets) {}

  /** What a command said. */
  private record Ran(int code, String out, String err) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (IOException failure) {
        throw new IllegalStateException(out + err, failure);
      }
    }
  }

  private Ran run(String... command) {
    return runWith(proxy.firstSettings(), command);
  }

  private static Ran runWith(Path settings, String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] whole = Stream.concat(Stream.of(command), Stream.of("--config", settings.toString()))
        .toArray(String[]::new);
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), whole);
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Ran done(String... command) {
    Ran ran = run(command);
    assertThat(ran.code).as(String.join(" ", command) + ": " + ran.out + ran.err).isZero();
    return ran;
  }

  @BeforeEach
  void start() throws IOException {
    backups = Files.createDirectory(directory.resolve("backups"));
    proxy = ProxyFixture.with().settings("backup: {directory: \"%s\"}\naudit: {checkpoint_directory: \"%s\"}\n".formatted(backups,
        directory.resolve("checkpoints"))).start();
    stores = proxy.deployment().stores();
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @Test
  void aRestoreOfBothStoresBringsBackNobodyWhoWasErasedAndEndsNoGrant() throws Exception {
    CanaryText canary = CanaryText.random(new SecureRandom());
    ContractClient application = proxy.application();
    String hers = proxy.connectUser(canary.text());
    Map<String, String> others = Map.of("sandbox", proxy.connectUser("sandbox", "ben"), "sandbox-grace",
        proxy.connectUser("sandbox-grace", "cleo"), "sandbox-strict", proxy.connectUser("sandbox-strict", "dora"));
    jobMakesBackups();
    Made files = commandMakesBackups(canary);

    String checkpoint = application.send("GET", "/v1/audit/checkpoint").expect(200).text();
    String erasure = erased(application, canary.text());
    assertThat(Files.readString(backups.resolve("authpipe.erasures"))).hasLineCount(1).doesNotContain(canary.text());
    others.forEach((slug, id) -> refreshed(application, slug, id, REFRESHES));
    proxy.connectUser("sandbox-strict", "eve-after-the-backup");
    Map<String, String> newest = tokens(application, others);
    assertThat(run("restore", "--from", files.vault.toString(), "--replace", "--confirm", "authpipe").err).contains("in use");
    proxy.stop();
    noSessionIsLeft();

    restore(files, canary);
    proxy.again();

    application.send("GET", "/v1/connections/" + hers).expect(404);
    assertThat(column("select identifier from end_user where identifier = '" + canary.text() + "'")).isEmpty();
    assertThat(column("select type from audit_event where object_id = '" + erasure + "'")).contains("erasure.replayed",
        "erasure.completed");
    assertThat(tokens(application, others)).as("from the rescue journal").isEqualTo(newest);
    assertThat(proxy.deployment().provider().grants()).as("nothing was revoked that reaches beyond its token")
        .noneMatch(GrantSummary::revoked);
    goOn(application, others);
    verifies(application, checkpoint, files);
  }

  /** A file names its KEK by itself: one that is none of the store's counts on the operator's word alone. */
  @Test
  void onlyTheKeksOfAStoreAreBelieved() throws IOException {
    Path secrets = proxy.firstSettings().resolveSibling("spare.kek");
    LocalKek.create("spare", secrets, new Randomness(new SecureRandom(), Clock.systemUTC()));
    String usual = Files.readString(proxy.firstSettings()).replace("keks: {", "keks: {spare: {file: spare.kek}, ");
    Path without = Files.writeString(proxy.firstSettings().resolveSibling("without.yaml"), usual);
    Path with = Files.writeString(proxy.firstSettings().resolveSibling("with.yaml"),
        usual.replace("backup: {", "backup: {vault_kek: spare, "));
    Path to = Files.createDirectory(directory.resolve("elsewhere"));
    Ran made = runWith(with, "backup", "--to", to.toString(), "--store", "vault", "--json");
    assertThat(made.code).as(made.err).isZero();
    String file = made.json().at("/backups/0/file").asText();
    assertThat(runWith(with, "backup", "verify", file).code).isZero();
    assertThat(runWith(without, "backup", "verify", file).err).contains("which is none of the store vault's");
    assertThat(runWith(without, "restore", "--from", file, "--replace", "--confirm", "authpipe").err)
        .contains("which is none of the store vault's");
    assertThat(runWith(without, "backup", "verify", file, "--kek", "spare").code).isZero();
  }

  private void jobMakesBackups() throws SQLException {
    await().atMost(Duration.ofSeconds(30)).until(() -> run("jobs", "list").out.contains("backup")); // the replica has looked
    done("jobs", "run", "backup");
    assertThat(column("select distinct type from audit_event where type like 'backup.%'")).containsExactly("backup.made");
    assertThat(proxy.metrics()).containsPattern("authpipe_backup_age_seconds \\d");
    execute("drop policy backup on revocation");
    assertThat(run("jobs", "run", "backup").code).isEqualTo(1);
    execute("create policy backup on revocation for select to vault_backup using (true)");
    assertThat(column("select convert_from(body, 'UTF8') from audit_event where type = 'backup.failed'")).hasSize(1)
        .allMatch(body -> body.contains("\"reason\":\"store_unfit\""));
    assertThat(proxy.metrics()).contains("authpipe_backup_failures_total{reason=\"store_unfit\"}");
    assertThat(done("doctor").out).contains("the newest backups are");
  }

  /** While the proxy runs. */
  private Made commandMakesBackups(CanaryText canary) throws IOException {
    Path to = Files.createDirectory(directory.resolve("yesterday"));
    JsonNode made = done("backup", "--to", to.toString(), "--json").json().path("backups");
    assertThat(made).hasSize(2);
    Map<String, Path> files = new HashMap<>();
    for (JsonNode one : made) {
      Path file = Path.of(one.path("file").asText());
      files.put(one.path("store").asText(), file);
      assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
      assertThat(canary.search(file)).isEmpty();
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as("nor anything else but its header")
          .doesNotContain("sandbox-strict", "audit_event", "workspace_id", "globex").contains("authpipe-backup-1");
      JsonNode verified = done("backup", "verify", file.toString(), "--json").json();
      assertThat(verified.path("rows").asLong()).isEqualTo(one.path("rows").asLong()).isPositive();
    }
    assertThat(run("backup", "--to", to.resolve("a.backup").toString()).err).contains("--store");
    assertThat(run("backup").code).isEqualTo(2);
    return new Made(Objects.requireNonNull(files.get("vault")), Objects.requireNonNull(files.get("client_secrets")));
  }

  private void restore(Made files, CanaryText canary) throws Exception {
    Path vault = files.vault;
    assertThat(run("restore", "--from", vault.toString(), "--confirm", "another").err).contains("was not typed");
    assertThat(run("restore", "--from", vault.toString(), "--confirm", "authpipe").err).contains("not empty");
    byte[] bytes = Files.readAllBytes(vault);
    bytes[bytes.length - 30] ^= 1;
    Path changed = Files.write(directory.resolve("changed.backup"), bytes);
    assertThat(run("restore", "--from", changed.toString(), "--replace", "--confirm", "authpipe").err)
        .contains("not as it was written");
    assertThat(run("backup", "verify", changed.toString()).code).isEqualTo(1);
    assertThat(column("select identifier from end_user")).contains("eve-after-the-backup").doesNotContain(canary.text());
    for (Path file : List.of(files.vault, files.clientSecrets)) {
      JsonNode restored = done("restore", "--from", file.toString(), "--replace", "--confirm", "authpipe", "--journals",
          "present", "--json").json();
      assertThat(restored.path("epoch").asInt()).isEqualTo(1);
    }
    assertThat(column("select identifier from end_user")).as("she is back").contains(canary.text())
        .doesNotContain("eve-after-the-backup");
    assertThat(column("select distinct state from credential where access_expires_at is not null")).containsExactly("UNCERTAIN");
    assertThat(column("select owner from job where lease_until is not null")).isEmpty();
    assertThat(column("select count(*) from erasure_ledger")).as("neither store knows of the erasure").containsExactly("0");
  }

  private static Map<String, String> tokens(ContractClient application, Map<String, String> connections) {
    Map<String, String> tokens = new TreeMap<>();
    connections.forEach((slug, id) -> {
      String token = application.accessToken(id).expect(200).json().path("access_token").asText();
      application.proxied(id, "/me").expect(200);
      tokens.put(slug, token);
    });
    return tokens;
  }

  /** As the provider of that integration does it. */
  private void refreshed(ContractClient application, String slug, String connection, int times) {
    proxy.deployment().providerSettings().rotation(switch (slug) {
      case "sandbox-strict" -> RefreshRotation.strict();
      case "sandbox-grace" -> RefreshRotation.grace(Duration.ofMinutes(10));
      default -> RefreshRotation.none();
    });
    for (int i = 0; i < times; i++) {
      application.send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
    }
  }

  /** Once every replica could have started with its journal. */
  private void goOn(ContractClient application, Map<String, String> others) throws SQLException {
    application.send("POST", "/v1/connections/" + others.get("sandbox-strict") + "/refresh").expect(424);
    execute("update restored_credential set waits_from = waits_from - interval '16 minutes'");
    others.forEach((slug, id) -> refreshed(application, slug, id, 2));
    tokens(application, others);
    assertThat(proxy.deployment().provider().grants()).noneMatch(GrantSummary::revoked);
  }

  private void verifies(ContractClient application, String before, Made files) throws Exception {
    String key = done("audit", "key").out.strip();
    Path old = Files.writeString(directory.resolve("before.note"), before);
    await().atMost(Duration.ofSeconds(60)).until(() -> {
      done("jobs", "run", "checkpoints");
      return application.send("GET", "/v1/audit/checkpoint").expect(200).text().contains("\nepoch 1 time ");
    });
    Path after = Files.writeString(directory.resolve("after.note"),
        application.send("GET", "/v1/audit/checkpoint").expect(200).text());
    String export = application.send("GET", "/v1/audit/export").expect(200).text();
    Path exported = Files.writeString(directory.resolve("export.jsonl"), export);
    JsonNode verified = done("audit", "verify", exported.toString(), "--checkpoint", old.toString(), "--checkpoint",
        after.toString(),
        "--key", key, "--json").json();
    assertThat(verified.path("valid").asBoolean()).isTrue();
    assertThat(export.lines().filter(line -> line.contains("\"type\":\"backup.restored\""))).hasSize(1).first().asString()
        .contains("\"epoch\":1").contains("\"restored_size\":").contains("\"witnessed_size\":").contains("\"witnessed_root\":")
        .contains(String.valueOf(files.vault.getFileName()).split("\\.", -1)[3]);
    try (Stream<Path> notes = Files.list(directory.resolve("checkpoints"))) {
      assertThat(notes.filter(note -> note.toString().endsWith(".before-epoch-1"))).as("kept, and aside").isNotEmpty();
    }
  }

  private static String erased(ContractClient application, String person) {
    String id = application.send("DELETE", "/v1/end-users/" + person).expect(202).json().at("/erasure/id").asText();
    await().atMost(Duration.ofSeconds(60)).until(() -> application.send("GET", "/v1/erasures/" + id).expect(200).json()
        .at("/erasure/status").asText().equals("completed"));
    return id;
  }

  /** PostgreSQL ends a session a moment after its connection is closed. */
  private void noSessionIsLeft() {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
      for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
        assertThat(
            column(store, "select usename from pg_stat_activity where datname = current_database() and usename <> current_user"))
            .as(store.toString()).isEmpty();
      }
    });
  }

  private List<String> column(String query) throws SQLException {
    return column(Store.VAULT, query);
  }

  private List<String> column(Store store, String query) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
