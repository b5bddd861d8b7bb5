package dev.authpipe.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.CheckpointRefusedException.Reason;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.envelope.DeploymentKeys;
import dev.authpipe.proxy.envelope.EnvelopeSettings;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.LogVerifier;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.tlog.Verification;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** Checkpoints over real stores, and what somebody does to them who is superuser of the database and has no key. */
@Tag("S41")
class CheckpointsTest {
  private static final int EVENTS = 12;
  @TempDir
  static Path keyDirectory;
  private static OpenStores stores;
  private static DeploymentKeys keys;

  @TempDir
  Path outside;
  private Checkpoints checkpoints;
  private WorkspaceId workspace;

  @BeforeAll
  static void openStores() throws IOException {
    stores = new OpenStores();
    keys = new DeploymentKeys(new EnvelopeSettings("test", "local", "local"), stores.vault(),
        new KekRegistry(List.of(LocalKek.create("local", keyDirectory.resolve("kek"), stores.randomness())),
            Duration.ofSeconds(5)),
        Ticker.systemTicker(), stores.randomness());
    keys.load();
  }

  @AfterAll
  static void closeStores() {
    keys.close();
    stores.close();
  }

  @BeforeEach
  void open() {
    checkpoints = with(outside);
    workspace = stores.workspace();
  }

  @Test
  void aCheckpointSignsTheHeadAndIsKeptOutside() throws IOException {
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    Checkpoint kept = outside();
    assertThat(kept.size()).isEqualTo(EVENTS);
    assertThat(kept.origin()).isEqualTo("authpipe/test/" + workspace);
    assertThat(checkpoints.newest(workspace, AuditQuery.Log.VAULT)).hasToString("Optional[" + Files.readString(file()) + "]");
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    assertThat(outside()).as("nothing new").isEqualTo(kept);
    append(5);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    assertThat(outside().size()).isEqualTo(EVENTS + 5);
  }

  @Test
  void aLogThatWasNeverWrittenHasNoCheckpoint() {
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    assertThat(file()).doesNotExist();
    assertThat(checkpoints.newest(workspace, AuditQuery.Log.VAULT)).isEmpty();
  }

  @Test
  void eachLogHasItsOwnOrigin() {
    stores.clientSecrets().run(Database.STORE, tx -> stores.log().append(tx,
        AuditEntry.of(AuditType.JOB_STARTED, AuditActor.job("x"), AuditObject.job("x")).detail(AuditDetail.FAILURES, 0).build()));
    stores.vault().run(Database.STORE, tx -> stores.log().append(tx,
        AuditEntry.of(AuditType.JOB_STARTED, AuditActor.job("x"), AuditObject.job("x")).detail(AuditDetail.FAILURES, 0).build()));
    assertThat(checkpoints.signAll()).isEmpty();
    assertThat(outside.resolve("vault.note")).content().startsWith("authpipe/test/vault\n");
    assertThat(outside.resolve("client_secrets.note")).content().startsWith("authpipe/test/client_secrets\n");
  }

  @Test
  void everyRangeOfAnExportVerifies() throws IOException {
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    append(9);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    for (int[] range : new int[][]{{0, 21}, {0, 0}, {0, 12}, {5, 17}, {12, 21}, {13, 14}, {21, 21}}) {
      Verification found = verify(export(range[0], range[1]));
      assertThat(found.findings()).as("%s to %s", range[0], range[1]).isEmpty();
      assertThat(found.to() - found.from()).isEqualTo(range[1] - range[0]);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', textBlock = """
      delete from audit_event where seq = 4 and %s
      delete from audit_event where seq = 11 and %s
      update audit_event set body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'refused'), 'UTF8') where seq = 4 and %s
      update audit_event set body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'refused'), 'UTF8'), leaf = sha256('\\x00'::bytea || convert_to(replace(convert_from(body, 'UTF8'), 'success', 'refused'), 'UTF8')) where seq = 4 and %s
      update audit_event set seq = case seq when 4 then 5 else 4 end + 100 where seq in (4, 5) and %1$s; update audit_event set seq = seq - 100 where seq > 100 and %1$s
      update audit_event set seq = seq + 100 where seq > 4 and %1$s; update audit_event set seq = seq - 99 where seq > 100 and %1$s; insert into audit_event select workspace_id, 5, gen_random_uuid(), recorded_at, type, object_id, leaf, body from audit_event where seq = 4 and %1$s; delete from audit_event where seq = 12 and %1$s
      delete from audit_event where seq >= 7 and %s
      update audit_event set body = null, leaf = sha256('x') where seq = 4 and %s
      """)
  void whatASuperuserChangesIsFoundInTheExport(String change) throws IOException {
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    assertThat(verify(export(0, EVENTS)).findings()).isEmpty();
    stores.asSuperuser(Store.VAULT, change.formatted("workspace_id = '" + workspace.value() + "'"));
    Verification found = verify(export(0, EVENTS));
    assertThat(found.holds()).isFalse();
  }

  @Test
  void aLogThatWasRolledBackGetsNoCheckpointAndIsTold() throws IOException {
    append(EVENTS);
    String mine = "workspace_id = '" + workspace.value() + "'";
    stores.asSuperuser(Store.VAULT, "create table older as select * from audit_head where " + mine);
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    String note = Files.readString(file());
    stores.asSuperuser(Store.VAULT,
        "delete from audit_event where seq >= " + EVENTS + " and " + mine + "; delete from audit_head where "
            + mine + "; delete from audit_checkpoint where " + mine
            + "; insert into audit_head select * from older; drop table older");
    refused(Reason.ROLLED_BACK);
    append(2 * EVENTS);
    refused(Reason.NOT_CONSISTENT);
    refused(Reason.NOT_CONSISTENT);
    assertThat(Files.readString(file())).as("the file stays").isEqualTo(note);
    with(null).sign(workspace, AuditQuery.Log.VAULT); // a proxy that knows no file is deceived, and its export is not
    assertThat(verify(export(0, 3 * EVENTS)).findings()).extracting(Verification.Finding::kind)
        .containsExactly(Verification.Kind.NOT_AS_SIGNED);
  }

  @Test
  void aRefusedLogIsRecordedOnceAndTheOthersGoOn() throws IOException {
    stores.vault().run(Database.STORE, tx -> stores.log().append(tx,
        AuditEntry.of(AuditType.JOB_STARTED, AuditActor.job("x"), AuditObject.job("x")).detail(AuditDetail.FAILURES, 0).build()));
    checkpoints.signAll();
    String first = Files.readString(outside.resolve("vault.note"));
    // Another log's note stands where that of the other store was: that one is refused, and the vault's own goes on.
    Files.copy(outside.resolve("vault.note"), outside.resolve("client_secrets.note"), StandardCopyOption.REPLACE_EXISTING);
    int before = told();
    assertThat(checkpoints.signAll()).containsExactly("authpipe/test/client_secrets");
    assertThat(checkpoints.signAll()).containsExactly("authpipe/test/client_secrets");
    assertThat(told()).isEqualTo(before + 1);
    assertThat(outside.resolve("vault.note")).content().doesNotStartWith(first);
  }

  @Test
  void aForgedRowOrFileIsRefused() throws IOException {
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    String good = Files.readString(file());
    append(1);
    Files.writeString(file(), good.replace("\n" + EVENTS + "\n", "\n11\n"));
    refused(Reason.CHECKPOINT_UNREADABLE);
    Files.delete(file());
    stores.asSuperuser(Store.VAULT,
        "update audit_checkpoint set note = replace(note, 'epoch 0', 'epoch 1') where workspace_id = '" + workspace.value()
            + "'");
    refused(Reason.CHECKPOINT_UNREADABLE);
  }

  @Test
  void aFrontierThatWasChangedIsNotBelieved() throws IOException {
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    stores.asSuperuser(Store.VAULT, "update audit_checkpoint set frontier = sha256('a') || sha256('b') where workspace_id = '"
        + workspace.value() + "'");
    append(1);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    assertThat(outside().size()).isEqualTo(EVENTS + 1);
  }

  @Test
  @Tag("S41")
  void whatCameBackWithARestoreIsShownToNoWitness() {
    append(3);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    SignedLogs logs = new SignedLogs(stores.vault(), checkpoints);
    SignedLogs.Log mine = new SignedLogs.Log(workspace, AuditQuery.Log.VAULT);
    assertThat(logs.newest(mine)).hasValueSatisfying(newest -> assertThat(newest.epoch()).isZero());
    stores.vault().run(workspace, tx -> AuditStore.raiseEpoch(tx, 1));
    assertThat(logs.newest(mine)).as("who saw more would take it for a fork").isEmpty();
    append(1);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    assertThat(logs.newest(mine)).hasValueSatisfying(newest -> {
      assertThat(newest.epoch()).isEqualTo(1);
      assertThat(newest.size()).isEqualTo(4);
    });
  }

  @Test
  void theFileNeverGoesBackwards() throws IOException {
    append(EVENTS);
    SignedNote older = checkpoints.newest(workspace, AuditQuery.Log.VAULT).orElseThrow();
    append(1);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    new CheckpointDirectory(outside).write("authpipe/test/" + workspace, checkpoints.key(), older);
    assertThat(outside().size()).isEqualTo(EVENTS + 1);
    assertThat(outside.toFile().list()).containsExactlyInAnyOrder(".lock", workspace + ".note");
  }

  @Tag("S44")
  @ParameterizedTest
  @EnumSource(value = Store.class, names = {"VAULT", "CLIENT_SECRETS"})
  void theApplicationCannotChangeACheckpoint(Store store) throws SQLException {
    for (String forbidden : List.of("update audit_checkpoint set note = ''", "delete from audit_checkpoint",
        "truncate audit_checkpoint")) {
      try (Connection connection = stores.set().application(store).getConnection();
          Statement statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.execute(forbidden)).as(forbidden).hasMessageContaining("permission denied");
      }
    }
  }

  @Test
  void anotherImplementationVerifiesExportAndCheckpoint() throws IOException, InterruptedException {
    append(EVENTS);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    append(9);
    checkpoints.sign(workspace, AuditQuery.Log.VAULT);
    Path export = Files.write(outside.resolve("export.jsonl"), export(5, 17));
    assertThat(node(export)).isZero();
    byte[] changed = Files.readAllBytes(export);
    changed[changed.length - 100] ^= 1;
    Files.write(export, changed);
    assertThat(node(export)).isEqualTo(1);
  }

  private int node(Path export) throws IOException, InterruptedException {
    String node = System.getenv().getOrDefault("AUTHPIPE_NODE", "node");
    Process process = new ProcessBuilder(node, "../docs/audit-vectors/verify.mjs", export.toString(), file().toString(),
        checkpoints.key().toString()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assertThat(said).contains("\"holds\":" + (code == 0));
    return code;
  }

  private void refused(Reason reason) {
    assertThatThrownBy(() -> checkpoints.sign(workspace, AuditQuery.Log.VAULT))
        .isInstanceOfSatisfying(CheckpointRefusedException.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  private static int told() {
    return (int) stores.events(Database.STORE).stream().filter(event -> event.contains("\"checkpoint.refused\"")).count();
  }

  private static Checkpoints with(@Nullable Path directory) {
    return new Checkpoints(stores.vault(), stores.clientSecrets(), keys, stores.log(), new CheckpointSettings("test", directory));
  }

  private void append(int events) {
    stores.vault().run(workspace, tx -> {
      for (int i = 0; i < events; i++) {
        stores.log().append(tx, AuditEntry.of(AuditType.CONNECTION_UPDATED, AuditActor.system("connection"),
            AuditObject.connection(new ConnectionId(UUID.randomUUID()))).build());
      }
    });
  }

  private byte[] export(long from, long to) {
    SignedNote note = checkpoints.newest(workspace, AuditQuery.Log.VAULT).orElseThrow();
    try (AuditExport export = new AuditExport(checkpoints, workspace, AuditQuery.Log.VAULT, note, from, to)) {
      return export.readAllBytes();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Verification verify(byte[] export) throws IOException {
    return new LogVerifier(checkpoints.key(), List.of(SignedNote.parse(Files.readString(file()))))
        .verify(new ByteArrayInputStream(export), read -> {});
  }

  private Checkpoint outside() throws IOException {
    return Checkpoint.open(SignedNote.parse(Files.readString(file())), checkpoints.key());
  }

  private Path file() {
    return outside.resolve(workspace + ".note");
  }
}
