package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.migrations.Store;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

/** A store of a first database and a cell: which of them a transaction is in. */
@Tag("S34")
class CellsTest {
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private EmbeddedDatabases.StoreSet first;
  private EmbeddedDatabases.StoreSet cell;
  private VaultDatabase database;

  @BeforeEach
  void start() {
    first = EmbeddedDatabases.shared().create();
    cell = EmbeddedDatabases.shared().create();
    database = new VaultDatabase(NotifiedCacheTest.settings(first), Map.of("eu-2", NotifiedCacheTest.settings(cell)));
  }

  @AfterEach
  void stop() {
    database.close();
    first.close();
    cell.close();
  }

  private String at() {
    return database.inWorkspace(workspace, tx -> tx.dsl().fetchSingle("select current_database()").get(0, String.class));
  }

  private static String named(EmbeddedDatabases.StoreSet set) {
    String url = set.jdbcUrl(Store.VAULT);
    return url.substring(url.lastIndexOf('/') + 1);
  }

  private void says(EmbeddedDatabases.StoreSet set, String place) {
    execute(set.superuser(Store.VAULT),
        "insert into moved_workspace (workspace_id, place) values ('" + workspace.value() + "', '" + place
            + "') on conflict (workspace_id) do update set place = excluded.place");
  }

  private static void execute(DataSource source, String sql) {
    try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void aTransactionIsWhereTheDatabasesSayNow() {
    assertThat(at()).isEqualTo(named(first));
    says(first, "eu-2");
    assertThat(at()).isEqualTo(named(cell));
    execute(first.superuser(Store.VAULT), "delete from moved_workspace");
    says(cell, "");
    assertThat(at()).as("what was remembered is only where to ask first").isEqualTo(named(first));
    String own = database.inWorkspace(Database.STORE,
        tx -> tx.dsl().fetchSingle("select current_database()").get(0, String.class));
    assertThat(own).as("the store itself").isEqualTo(named(first));
  }

  @Test
  void aTransactionInACellSeesItsWorkspaceOnly() {
    says(first, "eu-2");
    database.run(workspace,
        tx -> tx.dsl().execute("insert into audit_head (workspace_id, size, frontier) values (?, 0, '')", workspace.value()));
    WorkspaceId other = new WorkspaceId(UUID.randomUUID());
    says(first, "eu-2");
    int seen = database.at("eu-2", other, tx -> tx.dsl().fetchCount(DSL.table("audit_head")));
    assertThat(seen).isZero();
  }

  @Test
  void whileAWorkspaceIsHeldByAMoveATransactionWaitsAndThenIsWhereItWasMoved() throws Exception {
    try (Connection move = first.owner(Store.VAULT).getConnection(); Statement statement = move.createStatement()) {
      move.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(workspace_lock('" + workspace.value() + "'))");
      CompletableFuture<String> waiting = CompletableFuture.supplyAsync(this::at);
      WorkspaceId other = new WorkspaceId(UUID.randomUUID());
      database.run(other, tx -> tx.dsl().fetchSingle("select 1")); // nobody else waits, and no connection is kept
      assertThat(waiting).isNotDone();
      says(first, "eu-2");
      move.commit();
      assertThat(waiting.join()).isEqualTo(named(cell));
    }
  }

  @Test
  void aMoveWaitsForTheTransactionsThatHaveBegun() throws Exception {
    try (Connection move = first.owner(Store.VAULT).getConnection(); Statement statement = move.createStatement()) {
      database.run(workspace, _ -> assertThatThrownBy(() -> {
        statement.execute("set lock_timeout to 50");
        statement.execute("select pg_advisory_lock(workspace_lock('" + workspace.value() + "'))");
      }).isInstanceOf(SQLException.class).hasMessageContaining("lock timeout"));
      statement.execute("select pg_advisory_lock(workspace_lock('" + workspace.value() + "'))");
    }
  }

  @Test
  void betweenTheStepsOfASwitchNobodyServesIt() {
    says(first, "eu-2");
    says(cell, "");
    assertThatThrownBy(this::at).isInstanceOf(StoreUnavailableException.class).hasStackTraceContaining("is being moved");
    execute(cell.superuser(Store.VAULT), "delete from moved_workspace");
    assertThat(at()).isEqualTo(named(cell));
  }

  @Test
  void aCellThatIsNotInTheSettingsIsUnavailable() {
    says(first, "us-1");
    assertThatThrownBy(this::at).isInstanceOf(StoreUnavailableException.class)
        .hasStackTraceContaining("us-1 is not in this proxy's settings");
  }

  @Test
  void whatIsLookedForIsFoundInAnyAndWorkGoesOnWithoutASilentCell() {
    UUID there = UUID.randomUUID();
    execute(cell.superuser(Store.VAULT),
        "insert into workspace (workspace_id, name, kek_name, mac) values ('" + there + "', 'acme', 'main', '')");
    assertThat(found("acme")).contains(there);
    assertThat(database.listAll(dsl -> dsl.fetch("select workspace_id from list_workspaces()").getValues(0, UUID.class)))
        .contains(there);
    cell.allowConnections(Store.VAULT, false);
    cell.terminateConnections(Store.VAULT);
    assertThatThrownBy(() -> found("acme")).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> database.listAll(_ -> List.of(1))).isInstanceOf(StoreUnavailableException.class);
    assertThat(database.listReachable(_ -> List.of(1))).containsExactly(1);
    assertThat(database.answers("eu-2")).isFalse();
    assertThat(database.answers(Database.FIRST)).isTrue();
    execute(first.superuser(Store.VAULT),
        "insert into workspace (workspace_id, name, kek_name, mac) values ('" + UUID.randomUUID() + "', 'globex', 'main', '')");
    assertThat(found("globex")).isPresent();
    assertThat(at()).isEqualTo(named(first));
  }

  private Optional<UUID> found(String name) {
    return database.findAnywhere(
        dsl -> dsl.fetchOptional("select workspace_id from find_workspace(?)", name).map(row -> row.get(0, UUID.class)));
  }
}
