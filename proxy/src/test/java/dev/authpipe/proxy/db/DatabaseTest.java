package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

@Tag("S34")
class DatabaseTest {
  private final WorkspaceId one = new WorkspaceId(UUID.randomUUID());
  private final WorkspaceId two = new WorkspaceId(UUID.randomUUID());
  private EmbeddedDatabases.StoreSet stores;
  private VaultDatabase database;

  @BeforeEach
  void start() {
    stores = EmbeddedDatabases.shared().create();
    database = new VaultDatabase(NotifiedCacheTest.settings(stores));
  }

  @AfterEach
  void stop() {
    database.close();
    stores.close();
  }

  @Test
  void aTransactionSeesItsOwnWorkspaceOnly() {
    database.run(one, DatabaseTest::insertHead);
    assertThat(count(one)).isEqualTo(1);
    assertThat(count(two)).isZero();
    Integer without = database.lookUp(dsl -> dsl.fetchCount(DSL.table("audit_head")));
    assertThat(without).isZero();
  }

  @Test
  void aTransactionCannotWriteIntoAnotherWorkspace() {
    assertThatThrownBy(() -> database.run(one,
        tx -> tx.dsl().execute("insert into audit_head (workspace_id, size, frontier) values (?, 0, '')", two.value())))
        .isInstanceOf(DataAccessException.class).hasMessageContaining("row-level security");
  }

  @Test
  void failingWorkLeavesNothing() {
    assertThatThrownBy(() -> database.run(one, tx -> {
      insertHead(tx);
      throw new IllegalStateException("after the insert");
    })).hasMessage("after the insert");
    assertThat(count(one)).isZero();
  }

  @Test
  void actionsBeforeAndAfterCommitRunInTheirPlaces() {
    List<String> order = new ArrayList<>();
    database.run(one, tx -> {
      tx.afterCommit(() -> order.add("after, rows " + count(one)));
      tx.beforeCommit(() -> {
        insertHead(tx);
        order.add("before");
      });
      order.add("work");
    });
    assertThat(order).containsExactly("work", "before", "after, rows 1");
  }

  @Test
  void afterARollbackNothingRunsAfterCommit() {
    List<String> order = new ArrayList<>();
    assertThatThrownBy(() -> database.run(one, tx -> {
      tx.afterCommit(() -> order.add("after"));
      throw new IllegalStateException();
    })).isInstanceOf(IllegalStateException.class);
    assertThat(order).isEmpty();
  }

  @Test
  void anUnreachableStoreIsSaidSoWithoutItsAddress() {
    stores.allowConnections(Store.VAULT, false);
    stores.terminateConnections(Store.VAULT);
    assertThatThrownBy(() -> count(one)).isInstanceOf(StoreUnavailableException.class).hasMessage("store unavailable");
  }

  private int count(WorkspaceId workspace) {
    Integer count = database.inWorkspace(workspace, tx -> tx.dsl().fetchCount(DSL.table("audit_head")));
    return count;
  }

  private static void insertHead(Tx tx) {
    tx.dsl().execute("insert into audit_head (workspace_id, size, frontier) values (?, 0, '')", tx.workspace().value());
  }
}
