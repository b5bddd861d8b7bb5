package dev.authpipe.control.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.flywaydb.core.api.FlywayException;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.postgresql.ds.PGSimpleDataSource;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.StoreUnavailableException;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;

/** Looks at the store as the application role sees it: reached how, as whom, with which schema and rights. Never writes. */
final class StoreExamination {
  private static final String MIGRATE = "run: authpipe control-plane migrate";

  private final ControlSettings settings;
  private final List<Finding> findings = new ArrayList<>();
  private boolean usable;

  StoreExamination(ControlSettings settings) {
    this.settings = settings;
    try (Database database = new Database(settings.store())) {
      look(database, "store", StoreExamination::reached);
      if (findings.getLast().grade() == Finding.Grade.OK) {
        usable = true;
        look(database, "store tls", this::tls);
        look(database, "store roles", this::roles);
        schema();
        if (usable) {
          look(database, "audit grants", StoreExamination::auditGrants);
          look(database, "row security", StoreExamination::rowSecurity);
        }
      }
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Whether the store answers and has the schema of this program. */
  boolean isUsable() {
    return usable;
  }

  private void look(Database database, String subject, Function<DSLContext, Finding> check) {
    try {
      findings.add(database.lookUp(check));
    } catch (StoreUnavailableException away) {
      findings.add(Finding.failed(subject,
          "the store behind store.url does not answer, or refuses store.user; look at both, and at pg_hba.conf"));
    } catch (DataAccessException refused) {
      findings.add(Finding.failed(subject, "PostgreSQL answers " + refused.sqlState() + "; " + MIGRATE));
    }
  }

  private static Finding reached(DSLContext dsl) {
    return Finding.ok("store", "it answers; PostgreSQL " + dsl.fetchSingle("show server_version").get(0, String.class));
  }

  private Finding tls(DSLContext dsl) {
    String version = dsl
        .fetchSingle("select coalesce((select version from pg_stat_ssl where pid = pg_backend_pid() and ssl), '')")
        .get(0, String.class);
    if (!version.isEmpty()) {
      return Finding.ok("store tls", "the connection to the store speaks " + version);
    }
    String sentence = "the connection to the store is not encrypted; put sslmode=verify-full, sslrootcert, sslcert and sslkey into store.url";
    return settings.development() ? Finding.weak("store tls", sentence) : Finding.failed("store tls", sentence);
  }

  private Finding roles(DSLContext dsl) {
    List<String> mighty = dsl.fetch("select rolname from pg_roles where (rolsuper or rolbypassrls)"
        + " and (pg_has_role(current_user, oid, 'member') or rolname = {0}) order by 1", settings.owner())
        .getValues(0, String.class);
    if (!mighty.isEmpty()) {
      return Finding.failed("store roles", "row-level security does not hold " + String.join(", ", mighty)
          + "; run as superuser: alter role … nosuperuser nobypassrls");
    }
    boolean owns = dsl
        .fetchSingle("select exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname"
            + " = 'public' and pg_has_role(current_user, c.relowner, 'member'))")
        .get(0, Boolean.class);
    return owns
        ? Finding.failed("store roles",
            "store.user owns tables, or is a member of who does, and so may change them; use a role of its own")
        : Finding.ok("store roles", "neither role passes row-level security, and store.user owns nothing");
  }

  private void schema() {
    PGSimpleDataSource application = new PGSimpleDataSource();
    application.setURL(settings.store().jdbcUrl());
    application.setUser(settings.store().user());
    Supplier<SecretText> password = settings.store().password();
    if (password != null) {
      application.setPassword(password.get().expose());
    }
    try {
      int pending = Migrations.pending(Store.CONTROL, application);
      if (pending > 0) {
        usable = false;
        findings.add(Finding.failed("schema", "migrations are missing: " + pending + "; " + MIGRATE));
      } else if (Migrations.unknown(Store.CONTROL, application) > 0) {
        findings.add(Finding.weak("schema", "it is newer than this program; run the newer program everywhere"));
      } else {
        findings.add(Finding.ok("schema", "it is that of this version"));
      }
    } catch (FlywayException unreadable) {
      usable = false;
      findings.add(Finding.failed("schema", "there is none, or it is older than this program; " + MIGRATE));
    }
  }

  private static Finding auditGrants(DSLContext dsl) {
    List<String> wrong = dsl.fetch("""
        select t.name || ': ' || p.privilege from (values ('audit_event', 'update'), ('audit_event', 'delete'),
          ('audit_event', 'truncate'), ('audit_head', 'delete'), ('audit_head', 'truncate')) as p (name, privilege)
        join (values ('audit_event'), ('audit_head')) as t (name) on t.name = p.name
        where has_table_privilege(current_user, t.name, p.privilege) or (p.privilege in ('update')
          and has_any_column_privilege(current_user, t.name, p.privilege)) order by 1""").getValues(0, String.class);
    if (!wrong.isEmpty()) {
      return Finding.failed("audit grants",
          "store.user may change what is recorded (" + String.join(", ", wrong) + "); revoke that, as the owner");
    }
    boolean writes = dsl.fetchSingle("select has_table_privilege(current_user, 'audit_event', 'insert')"
        + " and has_table_privilege(current_user, 'audit_event', 'select')").get(0, Boolean.class);
    return writes
        ? Finding.ok("audit grants", "store.user adds to the audit log and changes nothing in it")
        : Finding.failed("audit grants",
            "store.user may not add to the audit log; grant select, insert on audit_event, as the owner");
  }

  private static Finding rowSecurity(DSLContext dsl) {
    List<String> open = dsl.fetch("select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        + " join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped"
        + " where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity) order by 1")
        .getValues(0, String.class);
    return open.isEmpty()
        ? Finding.ok("row security", "it is forced on every table of workspaces")
        : Finding.failed("row security", "it is off for " + String.join(", ", open)
            + "; run as the owner: alter table … enable row level security, force row level security");
  }
}
