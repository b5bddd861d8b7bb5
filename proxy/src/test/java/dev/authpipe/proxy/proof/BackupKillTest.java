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
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.BackupRig;
import dev.authpipe.proxy.ops.AuthpipeCommand;
import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;

/** A backup and a restore in processes of their own that are killed in the middle (SIGKILL). */
@Tag("S53")
class BackupKillTest {
  @TempDir
  Path directory;

  private static Process command(Path settings, String... words) throws IOException {
    List<String> command = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
        AuthpipeCommand.class.getName()),
        Stream.concat(Stream.of(words), Stream.of("--config", settings.toString()))).toList();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(settings.resolveSibling("command.log").toFile())
        .start();
  }

  private static int run(Path settings, String... words) {
    return AuthpipeCommand.run(new ByteArrayInputStream(new byte[0]),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        System.err, Stream.concat(Stream.of(words), Stream.of("--config", settings.toString())).toArray(String[]::new));
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static boolean waits(StoreSet stores, String role) throws SQLException {
    try (Connection connection = stores.superuser(Store.VAULT).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement
            .executeQuery("select count(*) from pg_stat_activity where datname = current_database() and usename = '"
                + role + "' and wait_event_type = 'Lock'")) {
      row.next();
      return row.getLong(1) > 0;
    }
  }

  @Test
  void neitherLeavesAHalf() throws Exception {
    ProofDeployment deployment = ProofDeployment.create(EmbeddedDatabases.shared(), UnaryOperator.identity(),
        ConcealedText.of("sbx_secret_" + ConnectFlow.random()), "", UnaryOperator.identity(), ProofDeployment.Extras.NONE);
    Path settings = deployment.settings();
    StoreSet stores = deployment.stores();
    try (deployment;
        Connection holder = stores.owner(Store.VAULT).getConnection();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      assertThat(run(settings, "api-key", "create", "--workspace", "acme", "--name", "one", "--scope", "tokens:read")).isZero();

      statement.execute("lock table outbox_state in access exclusive mode");
      Process backup = command(settings, "backup", "--to", directory.toString(), "--store", "vault");
      await().atMost(Duration.ofSeconds(60)).until(() -> waits(stores, "vault_backup") || !backup.isAlive());
      assertThat(backup.isAlive()).as("it is at a late table").isTrue();
      kill(backup);
      holder.rollback();
      assertThat(names(directory)).hasSize(1).allMatch(name -> name.startsWith(".") && name.endsWith(".partial"));
      assertThat(run(settings, "backup", "--to", directory.toString(), "--store", "vault")).isZero();
      Path file = directory.resolve(names(directory).stream().filter(name -> name.endsWith(".backup")).findFirst().orElseThrow());

      Map<String, String> before = BackupRig.contents(stores, Store.VAULT);
      try (Connection superuser = stores.superuser(Store.VAULT).getConnection(); Statement sql = superuser.createStatement()) {
        sql.execute("create function wait_here() returns boolean language plpgsql as"
            + " 'begin perform pg_advisory_xact_lock_shared(4711); return true; end'");
        sql.execute("alter table workspace_keyset add constraint waits check (wait_here()) not valid");
      }
      statement.execute("select pg_advisory_xact_lock(4711)");
      Process restore = command(settings, "restore", "--from", file.toString(), "--replace", "--confirm", "authpipe");
      await().atMost(Duration.ofSeconds(60)).until(() -> waits(stores, "vault_owner") || !restore.isAlive());
      assertThat(restore.isAlive()).as("it is in the middle of its rows").isTrue();
      kill(restore);
      holder.rollback();
      await().atMost(Duration.ofSeconds(30)).until(() -> BackupRig.contents(stores, Store.VAULT).equals(before));
      assertThat(run(settings, "restore", "--from", file.toString(), "--replace", "--confirm", "authpipe")).isZero();
      assertThat(BackupRig.contents(stores, Store.VAULT).get("workspace_keyset")).isEqualTo(before.get("workspace_keyset"));
    }
  }
}
