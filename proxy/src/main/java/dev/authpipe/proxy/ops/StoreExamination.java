package dev.authpipe.proxy.ops;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.authpipe.migrations.Store;

/** Looks at one store as its application role sees it: reached how, as whom, with which schema and rights. Never writes. */
final class StoreExamination {
  /** What the roles of docs/operations.md need. */
  private static final int LEAST_VERSION = 160_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$-]{1,63}");

  private final SettingValues values;
  private final Settings.StoreKeys keys;
  private final String where;
  private final Store store;
  private final List<Finding> findings = new ArrayList<>();

  private StoreExamination(String place, SettingValues values, Store store) {
    this.values = values;
    this.store = store;
    this.keys = store == Store.VAULT ? Settings.VAULT : Settings.CLIENT_SECRETS;
    this.where = Stores.where(place) + store.databaseName() + ": ";
  }

  /** Both stores, in each of their databases. */
  static List<Finding> of(SettingValues values, Clock clock) {
    List<Finding> all = new ArrayList<>();
    Stores.all(values).forEach((place, of) -> {
      for (Store store : List.of(Store.VAULT, Store.CLIENT_SECRETS)) {
        StoreExamination one = new StoreExamination(place, of, store);
        one.examine(clock);
        all.addAll(one.findings);
      }
    });
    return all;
  }

  private void examine(Clock clock) {
    if (values.find(keys.url).isEmpty()) {
      findings.add(Finding.failed(Check.STORE, where + keys.url.key() + " is missing"));
      return;
    }
    StoreAddress address = StoreAddress.of(values.get(keys.url));
    address.file("sslcert").ifPresent(file -> findings.add(certificate(file, clock)));
    try (Connection connection = Stores.application(values, keys); Statement statement = connection.createStatement()) {
      String version = text(statement, "show server_version");
      findings.add(Finding.ok(Check.STORE, where + "it answers " + values.get(keys.user)));
      findings.add(version(where, Integer.parseInt(text(statement, "show server_version_num")), version));
      findings.add(tls(statement, address));
      findings.add(roles(statement));
      findings.add(apart(statement));
      findings.add(schema());
      if (findings.getLast().grade() == Finding.Grade.OK) {
        findings.add(rowSecurity(statement));
        findings.add(audit(statement));
      }
      if (store == Store.VAULT) {
        findings.add(standby(statement));
      }
    } catch (SQLException away) {
      findings.add(Finding.failed(Check.STORE, where + "the store behind " + keys.url.key() + " does not answer, or refuses "
          + values.get(keys.user) + " (SQLSTATE " + away.getSQLState() + ")"));
    } catch (RuntimeException wrong) {
      findings.add(Finding.failed(Check.STORE, wrong));
    }
  }

  /** @param number as {@code server_version_num} has it */
  static Finding version(String where, int number, String version) {
    return number >= LEAST_VERSION
        ? Finding.ok(Check.STORE_VERSION, where + "PostgreSQL " + version)
        : Finding.failed(Check.STORE_VERSION, where + "PostgreSQL " + version + " is too old");
  }

  private Finding certificate(Path file, Clock clock) {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateDates.judge(Check.STORE_CERTIFICATE, where + "the client certificate",
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in), clock);
    } catch (IOException | CertificateException unreadable) {
      return Finding.failed(Check.STORE_CERTIFICATE, where + file + " cannot be read as a certificate",
          "correct sslcert in " + keys.url.key());
    }
  }

  private Finding tls(Statement statement, StoreAddress address) throws SQLException {
    String version = text(statement,
        "select coalesce((select version from pg_stat_ssl where pid = pg_backend_pid() and ssl), '')");
    String fault = version.isEmpty()
        ? "the connection is not encrypted"
        : address.fault().map(missing -> keys.url.key() + " " + missing).orElse("");
    if (fault.isEmpty()) {
      return Finding.ok(Check.STORE_TLS, where + "the connection speaks " + version + ", and the server is verified");
    }
    return values.isDevelopment() ? Finding.weak(Check.STORE_TLS, where + fault) : Finding.failed(Check.STORE_TLS, where + fault);
  }

  private Finding roles(Statement statement) throws SQLException {
    String owner = values.get(keys.owner);
    List<String> mighty = list(statement, "select rolname from pg_roles where (rolsuper or rolbypassrls)"
        + " and (pg_has_role(current_user, oid, 'member')"
        + (NAME.matcher(owner).matches() ? " or rolname = '" + owner + "'" : "")
        + ") order by 1");
    if (!mighty.isEmpty()) {
      return Finding.failed(Check.STORE_ROLES, where + "row-level security does not hold " + String.join(", ", mighty));
    }
    boolean owns = is(statement, "select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        + " where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'member'))");
    return owns
        ? Finding.failed(Check.STORE_ROLES,
            where + values.get(keys.user) + " owns tables, or is a member of who does, and so may change them")
        : Finding.ok(Check.STORE_ROLES,
            where + "neither role passes row-level security, and " + values.get(keys.user) + " owns nothing");
  }

  /** Where both are on one server; on two there is nothing to cross. */
  private Finding apart(Statement statement) throws SQLException {
    Settings.StoreKeys others = store == Store.VAULT ? Settings.CLIENT_SECRETS : Settings.VAULT;
    String other = values.find(others.url).map(url -> StoreAddress.of(url).database()).orElse("");
    boolean open = NAME.matcher(other).matches()
        && is(statement, "select exists (select from pg_database where datname = '" + other
            + "' and datname <> current_database() and has_database_privilege(current_user, oid, 'connect'))");
    return open
        ? Finding.weak(Check.STORE_APART, where + values.get(keys.user) + " may connect to the database " + other,
            "as superuser: revoke connect on database " + other + " from public, " + values.get(keys.user))
        : Finding.ok(Check.STORE_APART, where + values.get(keys.user) + " cannot connect to the other store");
  }

  private Finding schema() {
    try {
      Stores.checkSchema(where, values, keys);
      return Finding.ok(Check.STORE_SCHEMA, where + "it is that of this version");
    } catch (StartupException missing) {
      return Finding.failed(Check.STORE_SCHEMA, where + "it is not that of this version");
    }
  }

  private Finding rowSecurity(Statement statement) throws SQLException {
    List<String> open = list(statement, "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        + " join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped where n.nspname ="
        + " 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity) order by 1");
    return open.isEmpty()
        ? Finding.ok(Check.STORE_ROW_SECURITY, where + "it is forced on every table of workspaces")
        : Finding.failed(Check.STORE_ROW_SECURITY, where + "it is off, or not forced, for " + String.join(", ", open));
  }

  private Finding audit(Statement statement) throws SQLException {
    List<String> rights = list(statement, "select p from unnest(array['update', 'delete', 'truncate']) p"
        + " where has_table_privilege(current_user, 'audit_event', p)"
        + " or (p = 'update' and has_any_column_privilege(current_user, 'audit_event', p)) order by 1");
    if (!rights.isEmpty()) {
      return Finding.failed(Check.STORE_AUDIT,
          where + values.get(keys.user) + " may " + String.join(", ", rights) + " what is recorded");
    }
    return is(statement, "select has_table_privilege(current_user, 'audit_event', 'insert')"
        + " and has_table_privilege(current_user, 'audit_event', 'select')")
            ? Finding.ok(Check.STORE_AUDIT, where + values.get(keys.user) + " adds to the audit log and changes nothing in it")
            : Finding.failed(Check.STORE_AUDIT, where + values.get(keys.user) + " may not add to the audit log",
                "as the owner: grant select, insert on audit_event to " + values.get(keys.user));
  }

  private Finding standby(Statement statement) throws SQLException {
    return is(statement, "select " + Stores.SYNCHRONOUS)
        ? Finding.ok(Check.STANDBY, where + "a synchronous standby has every commit before it is acknowledged")
        : Finding.weak(Check.STANDBY, where + "PostgreSQL names no synchronous standby: a failover may lose commits that were"
            + " acknowledged; journals keep answers for 24 hours");
  }

  private static boolean is(Statement statement, String query) throws SQLException {
    return text(statement, query).equals("t");
  }

  private static String text(Statement statement, String query) throws SQLException {
    List<String> rows = list(statement, query);
    if (rows.isEmpty()) {
      throw new SQLException("no answer", "08000");
    }
    return rows.getFirst();
  }

  private static List<String> list(Statement statement, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet answer = statement.executeQuery(query)) {
      while (answer.next()) {
        rows.add(answer.getString(1));
      }
    }
    return rows;
  }
}
