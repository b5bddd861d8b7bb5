package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.BackupRig;
import dev.authpipe.testkit.EmbeddedDatabases.StoreSet;

/** One cell comes back from its backups while the first databases stay as they are (docs/cells.md). */
@Tag("S53")
class CellRestoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  Path directory;
  private final ObjectMapper json = new ObjectMapper();
  private Path settings = Path.of("settings");

  private CellStage.Ran run(String... words) {
    String[] whole = new String[words.length + 2];
    System.arraycopy(words, 0, whole, 0, words.length);
    whole[words.length] = "--config";
    whole[words.length + 1] = settings.toString();
    return CellStage.run(whole);
  }

  private JsonNode done(String... words) throws IOException {
    CellStage.Ran ran = run(words);
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    return json.readTree(ran.out());
  }

  private static void awaitNobody(StoreSet stores) {
    for (Store store : CellStage.STORES) {
      await().atMost(PATIENCE).until(() -> CellStage.column(stores, store,
          "select pid::text from pg_stat_activity where datname = current_database() and usename = '" + store.applicationRole()
              + "'")
          .isEmpty());
    }
  }

  @Test
  void aCellComesBackAndTheOthersStay() throws Exception {
    try (CellStage stage = new CellStage()) {
      String ours = stage.connected(stage.application, "ada");
      String theirs = stage.connected(stage.stranger, "ben");
      assertThat(stage.move(CellStage.CELL).code()).isZero();
      settings = stage.operator(UnaryOperator.identity());
      Map<String, Path> files = backups();
      stage.connected(stage.application, "cleo-after-the-backup");
      stage.connected(stage.stranger, "dora-after-the-backup");
      stage.stopProxies();
      awaitNobody(stage.cell);
      Map<String, String> first = BackupRig.contents(stage.deployment.stores(), Store.VAULT);
      String workspace = stage.workspace();

      Path vault = Objects.requireNonNull(files.get("vault"));
      notWhereItDoesNotBelong(vault);
      assertThat(run("restore", "--from", vault.toString(), "--confirm", "authpipe").err()).contains("not empty");
      JsonNode restored = done("restore", "--from", vault.toString(), "--replace", "--confirm", "authpipe", "--json");
      assertThat(restored.path("cell").asText()).isEqualTo(CellStage.CELL);
      assertThat(restored.path("epoch").asInt()).isEqualTo(1);
      BackupRig.empty(stage.cell, Store.CLIENT_SECRETS);
      done("restore", "--from", Objects.requireNonNull(files.get("client_secrets")).toString(), "--confirm", "authpipe",
          "--json");

      assertThat(BackupRig.contents(stage.deployment.stores(), Store.VAULT)).as("nothing of the others was touched")
          .isEqualTo(first);
      assertThat(CellStage.column(stage.cell, Store.VAULT, "select identifier from end_user")).containsExactly("ada");
      assertThat(CellStage.column(stage.cell, Store.VAULT, "select distinct journals::text from restored_credential"))
          .as("nobody said that the journals are there").containsExactly("false");
      assertThat(CellStage.column(stage.cell, Store.VAULT, epoch(workspace))).containsExactly("1");
      assertThat(CellStage.column(stage.deployment.stores(), Store.VAULT, "select distinct epoch::text from audit_head"))
          .as("logs of the first databases go on").containsExactly("0");
      stage.startProxies();
      stage.application.accessToken(ours).expect(200);
      stage.stranger.accessToken(theirs).expect(200);
      stage.connected(stage.application, "eve");
      assertThat(CellStage.column(stage.cell, Store.VAULT, "select identifier from end_user order by 1")).containsExactly("ada",
          "eve");
    }
  }

  private static String epoch(String workspace) {
    return "select epoch::text from audit_head where workspace_id = '" + workspace + "'";
  }

  /** One file for each database, and those of the cell by store. */
  private Map<String, Path> backups() throws IOException {
    Path all = Files.createDirectory(directory.resolve("all"));
    assertThat(done("backup", "--to", all.toString(), "--json").path("backups")).hasSize(4);
    Path here = Files.createDirectory(directory.resolve("cell"));
    Map<String, Path> files = new HashMap<>();
    for (JsonNode made : done("backup", "--to", here.toString(), "--cell", CellStage.CELL, "--json").path("backups")) {
      assertThat(made.path("cell").asText()).isEqualTo(CellStage.CELL);
      Path file = Path.of(made.path("file").asText());
      assertThat(file.getFileName().toString())
          .startsWith("authpipe." + made.path("store").asText() + "." + CellStage.CELL + ".");
      assertThat(run("backup", "verify", file.toString()).out()).contains(" of the cell " + CellStage.CELL);
      files.put(made.path("store").asText(), file);
    }
    assertThat(files).hasSize(2);
    assertThat(run("backup", "--to", here.toString(), "--cell", "nowhere").err()).contains("there is no such database");
    return files;
  }

  /** A file says itself of which cell it is: settings that do not have that put it nowhere. */
  private void notWhereItDoesNotBelong(Path vault) throws IOException {
    Path usual = settings;
    List<String> lines = Files.readAllLines(usual).stream().filter(line -> !line.startsWith("cells:")).toList();
    settings = Files.write(usual.resolveSibling("without-cells.yaml"), lines);
    assertThat(run("restore", "--from", vault.toString(), "--replace", "--confirm", "authpipe").err())
        .contains("the cell " + CellStage.CELL + ", which the settings do not have");
    settings = usual;
  }
}
