package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.BackupRig;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;

/** Migrations only go forward: what they are about to change is backed up before, or stays as it is. */
@Tag("S53")
class MigrateCommandTest {
  /** The first one with a role for backups. */
  private static final int OLDER = 19;

  @TempDir
  Path directory;
  private static final StoreSet STORES = EmbeddedDatabases.shared().create();
  private Path backups = Path.of("backups");

  private record Ran(int code, String out, String err) {}

  @BeforeAll
  static void age() {
    BackupRig.empty(STORES, Store.VAULT);
    Migrations.migrate(Store.VAULT, STORES.owner(Store.VAULT), OLDER);
    STORES.copy(Store.VAULT);
  }

  @BeforeEach
  void again() throws IOException {
    STORES.restore(Store.VAULT);
    backups = Files.createDirectory(directory.resolve("backups"));
  }

  @AfterAll
  static void drop() {
    STORES.close();
  }

  private Ran run(Path config, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(List.of("--config", config.toString()));
    int code = AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]), new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Path config(String more) {
    return ProxyFiles.write(directory, STORES, more + AuthpipeCommandTest.WORKSPACE);
  }

  private Path withBackups() {
    return config("backup: {directory: \"%s\"}\n".formatted(backups));
  }

  private int schema() {
    return Migrations.version(Store.VAULT, STORES.owner(Store.VAULT));
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(backups)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private List<String> column(String query) throws SQLException {
    try (Connection connection = STORES.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      List<String> found = new ArrayList<>();
      while (row.next()) {
        found.add(row.getString(1));
      }
      return found;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = STORES.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void whatIsGoingToChangeIsBackedUpFirstAndNothingElse() throws Exception {
    Path config = withBackups();
    Ran ran = run(config, "migrate", "--json");
    assertThat(ran.code).as(ran.out + ran.err).isZero();
    JsonNode done = new ObjectMapper().readTree(ran.out);
    assertThat(done.at("/applied/vault").asInt()).isPositive();
    assertThat(done.at("/applied/client_secrets").asInt()).isZero();
    assertThat(done.path("backups")).hasSize(1);
    assertThat(kept()).singleElement().asString().startsWith("authpipe.vault.");
    Ran verified = run(config, "backup", "verify", done.at("/backups/0").asText(), "--json");
    assertThat(new ObjectMapper().readTree(verified.out).path("schema").asInt()).as("as it was before").isEqualTo(OLDER);
    assertThat(column("select convert_from(body, 'UTF8') from audit_event where type = 'backup.made'")).singleElement().asString()
        .contains("\"operator\"");
    Ran again = run(config, "migrate");
    assertThat(again.out).contains("0 backups made before");
    assertThat(kept()).hasSize(1);
  }

  @Test
  void aBackupThatCannotBeMadeStopsTheMigration() throws Exception {
    Path config = withBackups();
    execute("drop policy backup on connection");
    refused(config, "no policy");
    execute("create policy backup on connection for select to vault_backup using (true)");

    Path kek = directory.resolve("main.kek");
    String secret = Files.readString(kek);
    Files.delete(kek);
    assertThat(run(config, "migrate").code).isEqualTo(1);
    assertThat(schema()).isEqualTo(OLDER);
    Files.writeString(kek, secret);

    Files.delete(backups);
    refused(config, "backup.directory");
    assertThat(backups).as("nor is anything put in the place of a volume that is not mounted").doesNotExist();
  }

  private void refused(Path config, String why) throws IOException {
    Ran ran = run(config, "migrate");
    assertThat(ran.code).isEqualTo(1);
    assertThat(ran.out + ran.err).contains(why).doesNotContain("\tat ");
    assertThat(schema()).as("it is as it was").isEqualTo(OLDER);
    assertThat(Files.exists(backups) ? kept() : List.of()).isEmpty();
  }

  @Test
  void withoutADirectoryItSaysThatNoBackupIsMade() {
    Ran ran = run(config(""), "migrate");
    assertThat(ran.code).as(ran.err).isZero();
    assertThat(ran.err).contains("no backup.directory: no backup is made before the migration");
    assertThat(schema()).isGreaterThan(OLDER);
  }
}
