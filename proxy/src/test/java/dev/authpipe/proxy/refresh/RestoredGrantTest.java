package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.backup.BackupRig;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.wire.ConnectionId;

/** A backup of the vault, many refreshes by two replicas, and a restore ({@code -Dauthpipe.restore.refreshes=100} for a hundred): no grant that lives at the provider is ended by it. */
@Tag("S53")
@Tag("S54")
class RestoredGrantTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final Duration PAST_EXPIRY = Duration.ofHours(2);
  private static final int REFRESHES = Integer.getInteger("authpipe.restore.refreshes", 16);
  private static final int FEW = 8;

  @TempDir
  Path journals;
  private Stage stage = new Stage(Scene.none(), STORES);
  private BackupRig rig = rig();
  private ConnectionId connection = new ConnectionId(new UUID(0, 0));
  private String newest = "";
  private long atBackup;
  private int refreshes;
  private Duration ahead = Duration.ZERO;
  private final List<Replica> running = new ArrayList<>();

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    rig.close();
    stage.close();
  }

  private BackupRig rig() {
    return new BackupRig(STORES, stage.keks, "operator", "secrets", null);
  }

  private void play(Scene scene) {
    leave();
    stage = new Stage(scene, STORES);
    rig = rig();
  }

  /** Everything up to the restore; the refreshes alternate between two replicas, of which the second makes the last. */
  private void restored(Scene scene, int refreshes, boolean journalsPresent) {
    this.refreshes = refreshes;
    play(scene);
    stage.clock.advance(Duration.ofDays(-20)); // what happens before the restore must be before it by the database's clock too
    connection = stage.connect("ada");
    Replica one = journaling("one");
    Replica two = journaling("two");
    refresh(one, 1);
    atBackup = row().generation();
    Path file = rig.backup(Store.VAULT);
    for (int i = 0; i < refreshes / 2; i++) {
      refresh(one, 1);
      refresh(two, 1);
    }
    assertThat(row().generation()).isEqualTo(atBackup + refreshes);
    newest = accessToken(two);
    stopAll();
    rig.restore(file, true, journalsPresent);
    stage.sql("update restored_credential set as_of = as_of - interval '1 day'"); // a backup of yesterday
    assertThat(query("select state from credential")).isEqualTo(CredentialState.UNCERTAIN.name());
    assertThat(query("select generation::text from credential")).isEqualTo(String.valueOf(atBackup));
    stage.server.forgetObservations();
  }

  private Replica journaling(String name) {
    Replica replica = stage.journaling(journals.resolve(name), ahead);
    replica.journal.start();
    running.add(replica);
    return replica;
  }

  private void stopAll() {
    running.forEach(Replica::close);
    running.clear();
    stage.one().close();
  }

  private void refresh(Replica replica, int times) {
    for (int i = 0; i < times; i++) {
      stage.clock.advance(PAST_EXPIRY);
      assertThat(accessToken(replica)).isNotEmpty();
    }
  }

  private String accessToken(Replica replica) {
    FreshOutcome outcome = replica.credentials.get(stage.request(connection));
    assertThat(outcome).isInstanceOf(FreshOutcome.Fresh.class);
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      return opened.accessToken().expose();
    }
  }

  private CredentialRow row() {
    Replica one = running.getFirst();
    return one.database.inWorkspace(stage.workspace, tx -> one.vault.row(tx, connection)).orElseThrow();
  }

  private @Nullable String query(String sql) {
    return stage.query(sql).getFirst();
  }

  /** Other replicas had their time to start with their journals. */
  private void journalsHadTheirTime() {
    stage.sql("update restored_credential set waits_from = waits_from - interval '16 minutes'");
  }

  private void assertLivesAtTheProvider() {
    assertThat(stage.server.grants()).noneMatch(grant -> grant.revoked());
    assertThat(stage.statusAtProvider(SecretText.of(newest))).isEqualTo(200);
  }

  private void assertGoesOn(Replica replica) {
    int before = stage.server.calls(Call.REFRESH);
    journalsHadTheirTime();
    String token = accessToken(replica);
    assertThat(stage.statusAtProvider(SecretText.of(token))).isEqualTo(200);
    assertThat(stage.server.calls(Call.REFRESH)).isEqualTo(before + 1);
    assertThat(row().state()).isEqualTo(CredentialState.ACTIVE);
    assertThat(stage.server.grants()).noneMatch(grant -> grant.revoked());
    refresh(replica, 2);
  }

  @ParameterizedTest
  @EnumSource(Rotation.class)
  void withTheJournalsEveryGrantGoesOnWhereItWas(Rotation rotation) {
    restored(Scene.of(rotation), REFRESHES, true);
    Replica one = journaling("one");
    assertThat(row().generation()).as("the newest that the first one has").isEqualTo(atBackup + refreshes - 1);
    Replica two = journaling("two");
    assertThat(row().generation()).as("of an older one nothing is put back").isEqualTo(atBackup + refreshes);
    assertThat(accessToken(one)).isEqualTo(newest);
    assertThat(accessToken(two)).isEqualTo(newest);
    stage.clock.advance(PAST_EXPIRY);
    if (rotation != Rotation.NONE) {
      assertThat(one.credentials.get(stage.request(connection))).as("another journal could know better")
          .isInstanceOf(FreshOutcome.Backoff.class);
    }
    assertThat(stage.server.calls(Call.REFRESH)).isZero();
    assertThat(stage.server.calls(Call.REVOKE)).isZero();
    assertGoesOn(two);
  }

  @Test
  void theOtherOrderOfJournalsIsTheSame() {
    restored(Scene.strict(), FEW, true);
    journaling("two");
    assertThat(row().generation()).isEqualTo(atBackup + refreshes);
    Replica one = journaling("one");
    assertThat(row().generation()).isEqualTo(atBackup + refreshes);
    assertThat(stage.server.calls(Call.REVOKE)).as("what is older is let go").isZero();
    stage.clock.advance(PAST_EXPIRY);
    assertThat(one.credentials.get(stage.request(connection))).isInstanceOf(FreshOutcome.Backoff.class);
    assertGoesOn(one);
  }

  @ParameterizedTest
  @EnumSource(value = Rotation.class, names = {"GRACE", "STRICT"})
  void withoutAJournalNothingIsSentAndThePersonIsAsked(Rotation rotation) {
    restored(Scene.of(rotation), FEW, true);
    Replica replica = journaling("a new one");
    stage.clock.advance(PAST_EXPIRY);
    assertThat(replica.credentials.get(stage.request(connection))).isInstanceOf(FreshOutcome.Backoff.class);
    stage.sql("update restored_credential set waits_from = waits_from - interval '10 minutes'");
    for (int i = 0; i < 2; i++) { // who wants it again waits no longer for that
      assertThat(replica.credentials.get(stage.request(connection)))
          .isInstanceOfSatisfying(FreshOutcome.Backoff.class,
              wait -> assertThat(wait.retryAfter()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5)));
    }
    journalsHadTheirTime();
    assertThat(replica.credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(row().state()).isEqualTo(CredentialState.REAUTH_REQUIRED);
    assertThat(query("select count(*)::text from audit_event where type = 'refresh.reauthorization_required'"
        + " and convert_from(body, 'UTF8') like '%\"reason\":\"restored\"%'")).isEqualTo("1");
    assertThat(stage.server.calls(Call.REFRESH)).isZero();
    assertThat(stage.server.grants()).noneMatch(grant -> grant.revoked());

    Replica found = journaling("two"); // the journal turns up after all
    assertThat(row().generation()).isEqualTo(atBackup + refreshes);
    assertGoesOn(found);
  }

  @Test
  void aStableRefreshTokenNeedsNoJournal() {
    restored(Scene.none(), FEW, true);
    Replica replica = journaling("a new one");
    stage.clock.advance(PAST_EXPIRY);
    assertThat(stage.statusAtProvider(SecretText.of(accessToken(replica)))).isEqualTo(200);
    assertThat(row().state()).isEqualTo(CredentialState.ACTIVE);
  }

  @Test
  void whereAJournalIsLostARecoveredAnswerIsServedAndItsRefreshTokenIsNotSent() {
    restored(Scene.strict(), FEW, false);
    Replica two = journaling("two");
    assertThat(accessToken(two)).isEqualTo(newest);
    assertLivesAtTheProvider();
    stage.clock.advance(PAST_EXPIRY);
    assertThat(two.credentials.get(stage.request(connection))).isInstanceOf(FreshOutcome.Backoff.class);
    journalsHadTheirTime();
    assertThat(two.credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(stage.server.calls(Call.REFRESH)).isZero();
    assertThat(stage.server.grants()).noneMatch(grant -> grant.revoked());
  }

  @Test
  void whatTheBackupDoesNotKnowIsNeitherPutBackNorRevoked() {
    play(Scene.strict());
    stage.clock.advance(Duration.ofDays(-20));
    connection = stage.connect("ben", stage.server.accounts().get(1));
    Replica one = journaling("one");
    refresh(one, 1);
    Path file = rig.backup(Store.VAULT);
    connection = stage.connect("ada");
    refresh(one, 1);
    newest = accessToken(one);
    stopAll();
    rig.restore(file, true, true);
    stage.server.forgetObservations();
    Replica again = journaling("one");
    assertThat(again.journal.journal().unsettled()).isZero();
    assertThat(stage.count("connection")).isEqualTo(1);
    assertThat(stage.count("revocation")).isZero();
    assertThat(stage.server.calls(Call.REVOKE)).isZero();
    assertLivesAtTheProvider();
  }

  /** Dated after the restore they would count as new, and the refresh token of an older one would be sent. */
  @Test
  void answersFromBeforeAreKnownByTheDatabaseThoughTheClockOfTheirReplicaWasAhead() {
    ahead = Duration.ofDays(40);
    restored(Scene.strict(), FEW, false);
    ahead = Duration.ZERO;
    Replica one = journaling("one");
    assertThat(row().generation()).as("it does not have the newest").isEqualTo(atBackup + refreshes - 1);
    assertThat(query("select (recovered and as_of < restored_at)::text from restored_credential")).isEqualTo("true");
    stage.clock.advance(Duration.ofDays(60));
    assertThat(one.credentials.get(stage.request(connection))).isInstanceOf(FreshOutcome.Backoff.class);
    journalsHadTheirTime();
    assertThat(one.credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.ReauthRequired());
    assertThat(stage.server.calls(Call.REFRESH)).isZero();
    assertThat(stage.server.grants()).noneMatch(grant -> grant.revoked());
  }

  /** Its journal has answers of the grant that came after the backup, and nobody told the provider to end that. */
  @Test
  void whatTheBackupHadAsDisconnectedIsNeitherPutBackNorRevoked() {
    play(Scene.strict());
    stage.clock.advance(Duration.ofDays(-20));
    connection = stage.connect("ada");
    Replica one = journaling("one");
    one.retirement().disconnect(stage.workspace, connection, false, AuditActor.operator(), null);
    Path file = rig.backup(Store.VAULT);
    long owed = stage.count("revocation");
    stage.reconnect(connection, "ada");
    refresh(one, 2);
    newest = accessToken(one);
    stopAll();
    rig.restore(file, true, true);
    stage.server.forgetObservations();
    Replica again = journaling("one");
    assertThat(again.journal.journal().unsettled()).isZero();
    assertThat(query("select status from connection")).isEqualTo("disconnected");
    assertThat(again.credentials.get(stage.request(connection))).isEqualTo(new FreshOutcome.Disconnected());
    assertThat(stage.count("revocation")).isEqualTo(owed);
    assertThat(stage.server.calls(Call.REVOKE)).isZero();
    assertThat(stage.statusAtProvider(SecretText.of(newest))).isEqualTo(200);
  }
}
