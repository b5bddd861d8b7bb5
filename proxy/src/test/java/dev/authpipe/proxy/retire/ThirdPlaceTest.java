package dev.authpipe.proxy.retire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Ticker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.BackupException;
import dev.authpipe.proxy.backup.LedgerBehindException;
import dev.authpipe.proxy.backup.LedgerParts;
import dev.authpipe.proxy.backup.LedgerReplays;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.refresh.Stage;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ApiKeyId;

/** The ledger beside the backups, when both stores come back from the same moment. */
@Tag("S53")
class ThirdPlaceTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final ApiKeyId KEY = new ApiKeyId(new UUID(7, 7));

  @TempDir
  Path directory;
  private final Stage stage = new Stage(Scene.none(), STORES);
  private final ClientSecretsDatabase second = new ClientSecretsDatabase(
      new StoreSettings(STORES.jdbcUrl(Store.CLIENT_SECRETS), null,
          Store.CLIENT_SECRETS.applicationRole(), () -> SecretText.of(STORES.password()), 2, Duration.ofSeconds(5),
          Duration.ofSeconds(10)));
  private KekRegistry registry;
  private LedgerReplays replays;
  private long elapsed;

  /** As each start has it. */
  @BeforeEach
  void wire() {
    registry = new KekRegistry(stage.keks, Duration.ofSeconds(5));
    DeploymentKeys keys = new DeploymentKeys(new EnvelopeSettings("test", "operator", "secrets"), stage.one().database(),
        registry,
        Ticker.systemTicker(), new Randomness(new SecureRandom(), stage.clock));
    keys.load();
    replays = LedgerParts.replays(LedgerParts.beside(stage.one().database(), second, keys, stage.clock, directory),
        List.of(new PersonReplay(stage.one().erasures())), stage.one().database(), stage.one().audit(), () -> elapsed);
  }

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    second.close();
    registry.close();
    stage.close();
  }

  private static void secondPlace(String sql) {
    try (Connection connection = STORES.superuser(Store.CLIENT_SECRETS).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private Path file() {
    return directory.resolve("test.erasures");
  }

  @Test
  void whoStandsThereOnlyIsErasedAgain() throws IOException {
    stage.connect("ada");
    stage.one().erasures().erase(stage.workspace, "ada", KEY, null);
    replays.first();
    assertThat(Files.readString(file())).hasLineCount(1);
    stage.sql("delete from erasure_ledger");
    stage.sql("delete from erasure");
    secondPlace("truncate erasure_ledger");

    wire();
    replays.first();
    assertThat(stage.count("erasure where state = 'completed'")).isEqualTo(1);
    assertThat(stage.count("erasure_ledger")).isEqualTo(1);
    assertThat(stage.ledgerAtTheSecondPlace()).hasSize(1);
    assertThat(replays.catchUp()).as("once").isZero();
    assertThat(Files.readString(file())).hasLineCount(1);
  }

  @Test
  @Tag("S2")
  void aLineThatSomebodyElseWroteErasesNobodyAndHoldsUpTheStart() throws IOException {
    stage.connect("ada");
    String person = String.valueOf(stage.query("select end_user_id::text from end_user").getFirst());
    Files.writeString(file(), "1 " + stage.workspace.value() + " " + new UUID(5, 5) + " 1 person " + person
        + " 2027-03-01T12:00:00Z " + "00".repeat(37) + "\n");
    assertThatThrownBy(replays::first).isInstanceOf(LedgerBehindException.class);
    assertThat(stage.count("end_user")).isEqualTo(1);
    assertThat(stage.query("select type from audit_event where type like 'erasure%'")).containsExactly("erasure.ledger_refused");
    assertThat(stage.ledgerAtTheSecondPlace()).as("it goes nowhere").isEmpty();
    assertThat(stage.count("erasure_ledger")).isZero();
  }

  @Test
  void whatTheFileLacksIsWrittenThereAtTheNextStartOrWithinAnHour() throws IOException {
    stage.connect("ada");
    stage.one().erasures().erase(stage.workspace, "ada", KEY, null);
    replays.first();
    assertThat(file()).isNotEmptyFile();
    String line = Files.readString(file());
    Files.writeString(file(), line.substring(0, line.length() / 2)); // cut off, as by a file system that lost its end
    wire();
    replays.first();
    assertThat(Files.readString(file())).endsWith("\n" + line);

    Files.delete(file());
    assertThat(replays.catchUp()).isZero();
    assertThat(file()).as("the newest are the same in both stores").doesNotExist();
    elapsed += Duration.ofHours(1).toNanos();
    assertThat(replays.catchUp()).isZero();
    assertThat(file()).hasContent(line);
    assertThat(replays.caughtUp()).isTrue();
  }

  @Test
  void nobodyIsServedBesideADirectoryOrAFileThatCannotBeRead() throws IOException {
    Files.createDirectory(file());
    assertThatThrownBy(replays::first).isInstanceOf(BackupException.class).hasMessageContaining("cannot be read");
    Files.delete(file());
    replays.first();
    Files.delete(directory);
    wire();
    assertThatThrownBy(replays::first).isInstanceOf(BackupException.class).hasMessageContaining("backup.directory is not there");
    Files.createDirectory(directory);
  }
}
