package dev.authpipe.control.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;

import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.ops.RunningControlPlane;
import dev.authpipe.wire.WorkspaceId;

/** Row-level security of the control plane's store (S34). */
@Tag("S34")
class RowSecurityTest {
  private static final RunningControlPlane PLANE = RunningControlPlane.shared();
  private static final Database DATABASE = PLANE.openDatabase();

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  private static List<String> tenantTables() {
    return PLANE.asSuperuser("select table_name from information_schema.columns where table_schema = 'public'"
        + " and column_name = 'workspace_id' and table_name in (select tablename from pg_tables where schemaname = 'public')");
  }

  @Test
  void everyTableOfAWorkspaceIsForcedAndItsKeyBeginsWithTheWorkspace() {
    assertThat(tenantTables()).hasSizeGreaterThan(3).allSatisfy(table -> {
      assertThat(PLANE.asSuperuser(
          "select relrowsecurity and relforcerowsecurity from pg_class where oid = 'public." + table + "'::regclass"))
          .as(table).containsExactly("t");
      assertThat(PLANE.asSuperuser("select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
          + " and a.attnum = i.indkey[0] where i.indisprimary and i.indrelid = 'public." + table + "'::regclass"))
          .as(table).containsExactly("workspace_id");
    });
  }

  @Test
  void withoutAWorkspaceThereAreNoRows() {
    PLANE.workspace();
    for (String table : tenantTables()) {
      Integer seen = DATABASE.lookUp(dsl -> dsl.fetch("select 1 from " + table).size());
      assertThat(seen).as(table).isZero();
    }
    assertThat(PLANE.asSuperuser("select count(*) > 0 from workspace")).containsExactly("t");
  }

  @Test
  void aWorkspaceSeesItsOwnRowsOnlyAndWritesNoOthers() {
    WorkspaceId own = WorkspaceId.parse(PLANE.workspace());
    WorkspaceId other = WorkspaceId.parse(PLANE.workspace());
    Integer seen = DATABASE.inWorkspace(own, tx -> tx.dsl().fetch("select 1 from workspace").size());
    assertThat(seen).isEqualTo(1);
    Integer changed = DATABASE.inWorkspace(own,
        tx -> tx.dsl().execute("update workspace set plan = 'x' where workspace_id = {0}", other.value()));
    assertThat(changed).isZero();
    assertThatThrownBy(() -> DATABASE.run(own, tx -> tx.dsl().execute(
        "insert into workspace (workspace_id, name, display_name, region, plan) values ({0}, 'x', 'x', 'x', 'x')",
        UUID.randomUUID()))).isInstanceOf(DataAccessException.class).hasMessageContaining("row-level security");
  }

  @Test
  void workWithinAnotherWorkspaceSeesThatOneAndComesBack() {
    WorkspaceId own = WorkspaceId.parse(PLANE.workspace());
    WorkspaceId other = WorkspaceId.parse(PLANE.workspace());
    DATABASE.run(own, tx -> {
      UUID inside = tx.within(other, bound -> {
        assertThatThrownBy(tx::dsl).isInstanceOf(IllegalStateException.class);
        return bound.dsl().fetchSingle("select workspace_id from workspace").get(0, UUID.class);
      });
      assertThat(inside).isEqualTo(other.value());
      assertThat(tx.dsl().fetchSingle("select workspace_id from workspace").get(0, UUID.class)).isEqualTo(own.value());
    });
  }

  @Test
  void theApplicationRoleOwnsNothingAndCannotTouchWrittenAuditRows() {
    assertThat(PLANE.asSuperuser("select relname from pg_class where relowner = 'control_app'::regrole")).isEmpty();
    assertThat(PLANE.asSuperuser("select rolname from pg_roles where rolname like 'control_%' and (rolsuper or rolbypassrls)"))
        .isEmpty();
    WorkspaceId own = WorkspaceId.parse(PLANE.workspace());
    for (String statement : List.of("update audit_event set type = 'x'", "delete from audit_event", "truncate audit_event",
        "delete from audit_head")) {
      assertThatThrownBy(() -> DATABASE.run(own, tx -> tx.dsl().execute(statement))).as(statement)
          .isInstanceOf(DataAccessException.class).hasMessageContaining("permission denied");
    }
  }

  @Test
  void lookUpsThatStartWithoutAWorkspaceAreThisHandful() {
    assertThat(PLANE.asSuperuser("select p.proname || ' ' || coalesce(array_to_string(p.proconfig, ','), 'none') || ' '"
        + " || pg_get_userbyid(p.proowner) from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        + " where n.nspname = 'public' and p.prosecdef order by 1")).containsExactly(
            "find_data_plane search_path=pg_catalog, public control_lookup",
            "find_invitation search_path=pg_catalog, public control_lookup",
            "list_expired_invitations search_path=pg_catalog, public control_lookup",
            "list_memberships search_path=pg_catalog, public control_lookup",
            "list_old_idempotent_requests search_path=pg_catalog, public control_lookup",
            "list_open_commands search_path=pg_catalog, public control_lookup",
            "list_open_enrolments search_path=pg_catalog, public control_lookup",
            "list_served_workspaces search_path=pg_catalog, public control_lookup",
            "list_workspaces search_path=pg_catalog, public control_lookup");
  }
}
