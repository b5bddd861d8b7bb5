package dev.authpipe.proxy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.EmbeddedDatabases;
import dev.authpipe.wire.WorkspaceId;

/** What the application role of each store of the proxy can never do, whatever SQL it sends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("S34")
class StoreRolesTest {
  private final EmbeddedDatabases.StoreSet stores = EmbeddedDatabases.shared().create();

  /** Once: a second rig would come with another KEK, which the store's keys are not wrapped by. */
  @BeforeAll
  void fill() {
    try (VaultRig rig = new VaultRig(stores); SecretText secret = SecretText.of("client-canary")) {
      WorkspaceId workspace = rig.workspace();
      rig.connection(workspace, rig.integration(workspace), rig.endUser(workspace, "ada"));
      rig.clientSecrets.set(workspace, rig.integration(workspace), secret, "", VaultRig.ORIGIN, tx -> {});
    }
  }

  @AfterAll
  void stop() {
    stores.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"VAULT", "CLIENT_SECRETS"})
  void withoutAWorkspaceThereAreNoRows(Store store) throws SQLException {
    for (String table : tenantTables(store)) {
      assertThat(number(store, "select count(*) from " + table)).as(table).isZero();
      assertThat(
          number(store, "select case when relrowsecurity and relforcerowsecurity then 1 else 0 end from pg_class where oid = '"
              + table + "'::regclass"))
          .as("%s forces row-level security", table).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VAULT", "CLIENT_SECRETS"})
  void theApplicationRoleOwnsNothingAndHasNoPrivilegeOfItsOwn(Store store) throws SQLException {
    assertThat(
        number(store, "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = current_user"))
        .isZero();
    assertThat(
        number(store, "select count(*) from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname = current_user"))
        .isZero();
    assertThat(
        number(store, "select count(*) from pg_roles where rolname = current_user and (rolsuper or rolbypassrls or rolcreaterole"
            + " or rolcreatedb or rolreplication)"))
        .isZero();
    assertThat(number(store,
        "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = current_user"))
        .isZero();
    assertDenied(store, "create table mine (a int)");
    assertDenied(store, "create function mine() returns int language sql as 'select 1'");
    assertDenied(store, "set role " + store.ownerRole());
  }

  @ParameterizedTest
  @EnumSource(names = {"VAULT", "CLIENT_SECRETS"})
  void theApplicationRoleCannotTouchRowLevelSecurity(Store store) throws SQLException {
    for (String table : tenantTables(store)) {
      assertDenied(store, "alter table " + table + " disable row level security");
      assertDenied(store, "alter table " + table + " no force row level security");
      assertDenied(store, "drop policy tenant on " + table);
      assertDenied(store, "create policy mine on " + table + " using (true)");
      assertDenied(store, "truncate " + table);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VAULT", "CLIENT_SECRETS"})
  @Tag("S44")
  void theApplicationRoleCannotChangeAuditRows(Store store) {
    assertDenied(store, "update audit_event set body = ''");
    assertDenied(store, "delete from audit_event");
    assertDenied(store, "truncate audit_event");
    assertDenied(store, "delete from audit_head");
  }

  private List<String> tenantTables(Store store) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Connection connection = stores.superuser(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            + " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attname = 'workspace_id' order by 1")) {
      while (found.next()) {
        tables.add(found.getString(1));
      }
    }
    assertThat(tables).hasSizeGreaterThan(3);
    return tables;
  }

  private long number(Store store, String sql) throws SQLException {
    try (Connection connection = stores.application(store).getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      assertThat(found.next()).isTrue();
      return found.getLong(1);
    }
  }

  private void assertDenied(Store store, String sql) {
    assertThatThrownBy(() -> {
      try (Connection connection = stores.application(store).getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }).as(sql).isInstanceOfSatisfying(SQLException.class, denied -> assertThat(denied.getSQLState()).isEqualTo("42501"));
  }
}
