package dev.authpipe.proxy.retire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.backup.LedgerBehindException;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.refresh.Stage;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;

/** What the two places of the ledger tell each other (docs/erasure-ledger.md). */
@Tag("S53")
class LedgerReplayTest {
  private static final EmbeddedDatabases.StoreSet STORES = EmbeddedDatabases.shared().create();
  private static final ApiKeyId KEY = new ApiKeyId(new UUID(7, 7));
  private final Stage stage = new Stage(Scene.none(), STORES);

  @AfterAll
  static void drop() {
    STORES.close();
  }

  @AfterEach
  void leave() {
    stage.close();
  }

  private static void second(String sql) {
    try (Connection connection = STORES.superuser(Store.CLIENT_SECRETS).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void works(ConnectionId connection) {
    FreshOutcome outcome = stage.one().credentials().get(stage.request(connection));
    try (OpenCredential opened = ((FreshOutcome.Fresh) outcome).credential()) {
      assertThat(stage.statusAtProvider(opened.accessToken())).isEqualTo(200);
    }
  }

  @Test
  void whatTheSecondPlaceLacksIsWrittenThere() {
    stage.connect("ada");
    stage.one().erasures().erase(stage.workspace, "ada", KEY, null);
    second("truncate erasure_ledger");
    assertThat(stage.one().retire().replays().catchUp()).isZero();
    assertThat(stage.ledgerAtTheSecondPlace()).hasSize(1);
    assertThat(stage.one().retire().replays().caughtUp()).isTrue();
  }

  @Test
  void anErasureOfSomebodyWhomTheVaultNeverHadIsTakenOver() {
    stage.connect("ada");
    ConnectionId others = stage.connect("ben", stage.server.accounts().get(1));
    stage.one().erasures().erase(stage.workspace, "ada", KEY, null);
    stage.sql("delete from erasure_ledger");
    stage.sql("delete from erasure");
    assertThat(stage.one().retire().replays().catchUp()).isEqualTo(1);
    assertThat(stage.one().retire().replays().catchUp()).as("once").isZero();
    assertThat(stage.count("erasure where state = 'completed'")).isEqualTo(1);
    works(others);
  }

  @Test
  void whatAVaultLosesUnderARunningReplicaIsCarriedOutAgain() {
    stage.connect("ada");
    stage.connect("ben", stage.server.accounts().get(1));
    stage.one().erasures().erase(stage.workspace, "ada", KEY, null);
    assertThat(stage.one().retire().replays().catchUp()).as("all were counted").isZero();
    stage.one().erasures().erase(stage.workspace, "ben", KEY, null);
    assertThat(stage.one().retire().replays().catchUp()).as("the newest are the same").isZero();
    stage.sql("delete from erasure_ledger where seq = 1");
    stage.sql("delete from erasure_ledger where seq = 2");
    stage.sql("delete from erasure");
    stage.connect("cleo");
    stage.one().erasures().erase(stage.workspace, "cleo", KEY, null);
    assertThat(stage.query("select seq::text from erasure_ledger")).as("numbers come again").containsExactly("1");
    assertThat(stage.one().retire().replays().catchUp()).isEqualTo(2);
    assertThat(stage.one().retire().replays().catchUp()).isZero();
    assertThat(stage.one().retire().replays().caughtUp()).isTrue();
  }

  @Test
  @Tag("S2")
  void anEntryThatSomebodyElseWroteErasesNobodyAndNobodyIsServedBeforeItWasLookedAt() {
    ConnectionId connection = stage.connect("ada");
    String person = String.valueOf(stage.query("select end_user_id::text from end_user").getFirst());
    second("insert into erasure_ledger (workspace_id, erasure_id, seq, kind, subject_id, recorded_at, mac) values ('"
        + stage.workspace.value() + "', gen_random_uuid(), 1, 'person', '" + person + "', now(), decode('" + "00".repeat(37)
        + "', 'hex'))");
    assertThatThrownBy(() -> stage.one().retire().replays().first()).isInstanceOf(LedgerBehindException.class);
    assertThat(stage.one().retire().replays().caughtUp()).isFalse();
    assertThat(stage.one().retire().replays().catchUp()).isZero();
    works(connection);
    assertThat(stage.query("select type from audit_event where type like 'erasure%'")).as("told once")
        .containsExactly("erasure.ledger_refused");
    second("truncate erasure_ledger");
    stage.one().retire().replays().first();
    assertThat(stage.one().retire().replays().caughtUp()).isTrue();
  }

  @Test
  @Tag("S2")
  void anEntryThatSomebodyElseWroteIntoTheVaultIsNotTakenToTheSecondPlace() {
    ConnectionId connection = stage.connect("ada");
    stage.sql("insert into erasure_ledger (workspace_id, erasure_id, seq, kind, subject_id, recorded_at, mac) values ('"
        + stage.workspace.value() + "', gen_random_uuid(), 9223372036854775806, 'person', gen_random_uuid(), now(), decode('"
        + "00".repeat(37) + "', 'hex'))");
    assertThat(stage.one().retire().replays().catchUp()).isZero();
    assertThat(stage.ledgerAtTheSecondPlace()).isEmpty();
    assertThat(stage.one().retire().replays().caughtUp()).isFalse();
    works(connection);
    stage.sql("delete from erasure_ledger");
    assertThat(stage.one().retire().replays().catchUp()).isZero();
    assertThat(stage.one().retire().replays().caughtUp()).isTrue();
  }

  @Test
  void noRowOfTheLedgerCanBeChangedOrDeletedByTheProxy() {
    for (Store store : new Store[]{Store.VAULT, Store.CLIENT_SECRETS}) {
      for (String sql : new String[]{"delete from erasure_ledger", "update erasure_ledger set seq = 2",
          "truncate erasure_ledger"}) {
        assertThatThrownBy(() -> {
          try (Connection connection = STORES.application(store).getConnection();
              Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        }).as(sql).isInstanceOf(SQLException.class).hasMessageContaining("permission denied");
      }
    }
  }
}
