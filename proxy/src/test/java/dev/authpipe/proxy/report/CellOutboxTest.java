package dev.authpipe.proxy.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreSettings;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.WorkspaceId;

/** Reports that were written in a cell go through the first database's outbox, each once, whatever is cut off. */
@Tag("S74")
class CellOutboxTest {
  private static final String CELL = "eu-2";
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());

  private static StoreSettings settings(EmbeddedDatabases.StoreSet stores) {
    return new StoreSettings(stores.jdbcUrl(Store.VAULT), null, Store.VAULT.applicationRole(),
        () -> SecretText.of(stores.password()),
        5,
        Duration.ofSeconds(1), Duration.ofSeconds(5));
  }

  @Test
  void whatIsShownAgainIsTakenOnce() {
    try (EmbeddedDatabases.StoreSet first = EmbeddedDatabases.shared().create();
        EmbeddedDatabases.StoreSet cell = EmbeddedDatabases.shared().create();
        VaultDatabase database = new VaultDatabase(settings(first), Map.of(CELL, settings(cell)))) {
      add(database, 3);
      List<OutboxStore.Row> shown = numbered(database);
      assertThat(shown).hasSize(3);
      long next = takeOver(database, shown);
      assertThat(takeOver(database, shown)).as("cut off before the cell was told").isEqualTo(next);
      assertThat(reports(database, Database.FIRST)).isEqualTo(3);
      database.at(CELL, Database.STORE, tx -> OutboxStore.acknowledge(tx, next));
      assertThat(reports(database, CELL)).isZero();
      add(database, 2);
      assertThat(takeOver(database, numbered(database))).isEqualTo(next + 2);
      assertThat(reports(database, Database.FIRST)).isEqualTo(5);
      assertThat(
          database.<List<UUID>>inWorkspace(Database.STORE, tx -> tx.dsl().selectDistinct(DSL.field("workspace_id", UUID.class))
              .from("outbox").fetch(0, UUID.class)))
          .as("whose they are").containsExactly(workspace.value());
    }
  }

  private void add(VaultDatabase database, int reports) {
    database.at(CELL, workspace, tx -> {
      for (int i = 0; i < reports; i++) {
        OutboxStore.add(tx, List.of(new Report.Lost(Instant.EPOCH, workspace, i)));
      }
      return true;
    });
  }

  private static List<OutboxStore.Row> numbered(VaultDatabase database) {
    return database.at(CELL, Database.STORE, tx -> {
      OutboxStore.number(tx, 100);
      return OutboxStore.numbered(tx, 100);
    });
  }

  private static long takeOver(VaultDatabase database, List<OutboxStore.Row> shown) {
    return database.inWorkspace(Database.STORE, tx -> OutboxStore.takeOver(tx, CELL, shown));
  }

  private static int reports(VaultDatabase database, String place) {
    return database.at(place, Database.STORE, OutboxStore::size);
  }
}
