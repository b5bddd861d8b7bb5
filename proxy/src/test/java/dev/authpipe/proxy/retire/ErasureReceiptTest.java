package dev.authpipe.proxy.retire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.refresh.Stage;
import dev.authpipe.proxy.refresh.Stage.Scene;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.tlog.SignedDocument;
import dev.authpipe.tlog.SignedNote;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.ErasureId;

/** What an erasure signs, and when it may say that it is done. */
@Tag("S52")
class ErasureReceiptTest {
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

  private ErasureView erase(String person) {
    return stage.one().erasures().erase(stage.workspace, person, KEY, "req_1");
  }

  private ErasureView view(ErasureView of) {
    ErasureId id = Objects.requireNonNull(of.id());
    return stage.one().erasures().view(stage.workspace, id).orElseThrow();
  }

  private SignedDocument signed(ErasureView view) {
    String note = stage.one().retire().receipts().sign(stage.workspace, view);
    return SignedDocument.open(SignedNote.parse(note), stage.one().retire().documents().key(), "erasure-receipt");
  }

  @Test
  void theReceiptIsSignedAndNamesNobody() {
    ConnectionId connection = stage.connect("ada-lovelace");
    ErasureView done = erase("ada-lovelace");
    SignedDocument receipt = signed(done);
    assertThat(receipt.body()).containsEntry("status", "completed").containsEntry("pending", 0L)
        .containsEntry("connections", 1L).containsEntry("ledger", 1L).containsEntry("workspace", stage.workspace.toString())
        .containsEntry("erasure", String.valueOf(done.id()));
    assertThat(receipt.entries()).singleElement().satisfies(entry -> assertThat(entry)
        .containsEntry("connection", connection.toString()).containsEntry("outcome", "confirmed")
        .doesNotContainKey("access_expires_at"));
    assertThat(receipt.text()).doesNotContain("ada").doesNotContain("example.com");
    assertThat(stage.one().retire().receipts().sign(stage.workspace, view(done))).as("the same each time")
        .isEqualTo(stage.one().retire().receipts().sign(stage.workspace, done));
  }

  @Test
  void theReceiptNamesEveryHorizonAndWhoeverDidNotConfirm() {
    stage.connect("ada");
    stage.server.refuseConnections();
    ErasureView running = erase("ada");
    SignedDocument receipt = signed(running);
    assertThat(receipt.body()).containsEntry("status", "running").containsEntry("pending", 1L).doesNotContainKey("completed_at");
    Instant requested = running.requestedAt();
    Map<?, ?> horizons = (Map<?, ?>) Objects.requireNonNull(receipt.body().get("horizons"));
    assertThat(Instant.parse(String.valueOf(horizons.get("journals")))).isBetween(
        requested.plus(Duration.ofHours(24)).minusSeconds(1),
        requested.plus(Duration.ofHours(24)).plusSeconds(1));
    assertThat(Instant.parse(String.valueOf(horizons.get("backups"))))
        .isEqualTo(Instant.parse(String.valueOf(receipt.body().get("as_of"))).plus(Duration.ofDays(30)));
    assertThat(Instant.parse(String.valueOf(horizons.get("access_tokens")))).isAfter(stage.clock.instant());
    assertThat(horizons.get("row_versions")).isEqualTo("until_overwritten");
    assertThat(receipt.entries()).singleElement().satisfies(
        entry -> assertThat(entry).containsEntry("outcome", "pending").containsKey("access_expires_at"));
  }

  @Test
  void anErasureIsNotDoneBeforeATokenThatWasSetAsideIs() {
    ConnectionId connection = stage.connect("ada");
    assertThat(stage.one().retire().setAside(stage.integration, connection)).isNotNull();
    assertThat(erase("ada").completed()).isTrue();
    assertThat(stage.count("revocation where state = 'pending' or sealed is not null")).isZero();
  }

  @Test
  @Tag("S53")
  void anErasureIsNotDoneBeforeItsLedgerHasASecondPlace() {
    stage.connect("ada");
    stage.sql("insert into end_user (workspace_id, end_user_id, identifier) values (?, gen_random_uuid(), 'nobody-to-tell')",
        stage.workspace.value());
    STORES.allowConnections(Store.CLIENT_SECRETS, false);
    STORES.terminateConnections(Store.CLIENT_SECRETS);
    ErasureView running;
    ErasureView alone;
    try {
      running = erase("ada");
      alone = erase("nobody-to-tell");
      assertThat(running.completed()).isFalse();
      assertThat(alone.completed()).as("no provider is waited for").isFalse();
      assertThat(stage.count("end_user")).as("what is kept here is gone all the same").isZero();
    } finally {
      STORES.allowConnections(Store.CLIENT_SECRETS, true);
    }
    stage.letDatabaseTimePass(Duration.ofMinutes(20));
    stage.one().retire().runJobs();
    assertThat(view(running).completed()).isTrue();
    assertThat(view(alone).completed()).isTrue();
    assertThat(stage.ledgerAtTheSecondPlace()).hasSize(2);
  }

  @Test
  @Tag("S53")
  void theLedgerCountsErasuresAndKeepsNoName() {
    stage.connect("ada");
    stage.connect("ben");
    assertThat(erase("ada").ledger()).isEqualTo(1L);
    assertThat(erase("ben").ledger()).isEqualTo(2L);
    assertThat(erase("nobody").ledger()).isNull();
    assertThat(stage.count("erasure_ledger")).isEqualTo(2);
    List<@Nullable String> there = stage.ledgerAtTheSecondPlace();
    assertThat(there).hasSize(2).isEqualTo(stage.query("select erasure_id::text from erasure_ledger order by seq"));
  }
}
