package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;

@Tag("S34")
class EmbeddedDatabasesTest {
  private static EmbeddedDatabases.StoreSet stores;

  @BeforeAll
  static void create() {
    stores = EmbeddedDatabases.shared().create();
  }

  @AfterAll
  static void drop() {
    stores.close();
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void nothingIsPendingAfterMigration(Store store) {
    assertThat(Migrations.pending(store, stores.owner(store))).isZero();
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void everyTableHasACommentNamingItsOwnerRoom(Store store) throws SQLException {
    List<String> bare = column(stores.superuser(store),
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            + " and relname <> 'flyway_schema_history' and coalesce(obj_description(oid), '') !~ '^owner room: [a-z]+\\.'");
    assertThat(bare).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void everyTenantTableLeadsItsPrimaryKeyWithTheWorkspaceAndForcesRowSecurity(Store store) throws SQLException {
    List<String> open = column(stores.superuser(store), """
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
        left join pg_index i on i.indrelid = c.oid and i.indisprimary
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          and (not c.relrowsecurity or not c.relforcerowsecurity or i.indkey[0] is distinct from a.attnum)""");
    assertThat(open).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void withoutAWorkspaceTheApplicationSeesNoRowAndCanWriteNone(Store store) throws SQLException {
    try (Connection connection = stores.superuser(store).getConnection(); Statement statement = connection.createStatement()) {
      statement.execute("insert into audit_head (workspace_id, size, frontier) values ('" + UUID.randomUUID() + "', 0, '')");
    }
    assertThat(column(stores.application(store), "select workspace_id::text from audit_head")).isEmpty();
    assertThatThrownBy(() -> column(stores.application(store),
        "insert into audit_head (workspace_id, size, frontier) values ('" + UUID.randomUUID() + "', 0, '') returning 'x'"))
        .hasMessageContaining("row-level security");
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void theApplicationRoleOwnsNothingAndCannotChangeAudit(Store store) throws SQLException {
    DataSource application = stores.application(store);
    assertThat(column(application, "select relname from pg_class where relowner = current_user::regrole")).isEmpty();
    for (String refused : List.of("update audit_event set type = 'x' returning 'x'", "delete from audit_event returning 'x'",
        "truncate audit_event",
        "alter table audit_event disable row level security", "create table mine (id int)", "drop policy tenant on audit_head",
        "delete from audit_head returning 'x'")) {
      assertThatThrownBy(() -> column(application, refused)).as(refused).isInstanceOf(SQLException.class)
          .hasMessageMatching("(?s).*(permission denied|must be owner).*");
    }
  }

  @Test
  void onlyTheListedLookUpsRunWithOtherRights() throws SQLException {
    List<String> definers = column(stores.superuser(Store.VAULT),
        "select proname || ':' || proowner::regrole || ':' || array_to_string(proconfig, ',') from pg_proc where prosecdef and pronamespace = 'public'::regnamespace");
    assertThat(definers).isNotEmpty()
        .allSatisfy(line -> assertThat(line).endsWith(":vault_lookup:search_path=pg_catalog, public"));
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void theRolesOfOneStoreCannotConnectToAnother(Store store) {
    for (Store other : Store.values()) {
      if (other != store) {
        assertThatThrownBy(() -> {
          try (Connection connection = java.sql.DriverManager.getConnection(stores.jdbcUrl(other), store.applicationRole(),
              stores.password())) {
            connection.isValid(1);
          }
        }).hasMessageContaining("permission denied for database");
      }
    }
  }

  private static List<String> column(DataSource source, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            values.add(rows.getString(1));
          }
        }
      }
    }
    return values;
  }
}
