package dev.authpipe.proxy.ops;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.Database;

/** Brings the stores to the schema of this program, or says why the proxy must not run on them. Never keeps a connection. */
final class Stores {
  /** Whether a store's commits wait for a standby, as far as its settings say, in SQL. */
  static final String SYNCHRONOUS = "current_setting('synchronous_standby_names') <> ''"
      + " and current_setting('synchronous_commit') in ('on', 'remote_apply')";
  private static final int PATIENCE_SECONDS = 10;
  /** Schemas before these have no role for backups. */
  private static final Map<Store, Integer> FIRST_WITH_BACKUPS = Map.of(Store.VAULT, 19, Store.CLIENT_SECRETS, 12);

  private Stores() {}

  /** In development migrates; always checks that the stores answer and have their schema. */
  static void prepare(SettingValues values) {
    prepare(all(values));
  }

  /** As {@link #prepare}, for a command, which must not need a cell that is away. */
  static void prepareFirst(SettingValues values) {
    prepare(Map.of(Database.FIRST, values));
  }

  private static void prepare(Map<String, SettingValues> databases) {
    databases.forEach((place, of) -> {
      if (migrates(of)) {
        migrate(of);
      }
    });
    examine(databases);
  }

  /** Whether a start may change the schema: then nothing else may look at the stores meanwhile. */
  static boolean migrates(SettingValues values) {
    return values.isDevelopment() && values.find(Settings.VAULT.ownerPassword).isPresent();
  }

  /** The settings of the first database of each store, by the empty name, and those of the cells. */
  static Map<String, SettingValues> all(SettingValues values) {
    Map<String, SettingValues> all = new TreeMap<>(values.cells());
    all.put(Database.FIRST, values);
    return all;
  }

  /** How a sentence about a place begins. */
  static String where(String place) {
    return place.equals(Database.FIRST) ? "" : "the cell " + place + ": ";
  }

  /** Checks that both stores answer and have their schema, in each of their databases. */
  static void examine(SettingValues values) {
    examine(all(values));
  }

  private static void examine(Map<String, SettingValues> databases) {
    databases.forEach((place, of) -> {
      checkSchema(where(place), of, Settings.VAULT);
      checkSchema(where(place), of, Settings.CLIENT_SECRETS);
    });
  }

  /**
   * Checks that one store answers and has its schema.
   *
   * @throws StartupException with one sentence
   */
  static void checkSchema(String where, SettingValues values, Settings.StoreKeys keys) {
    if (keys.equals(Settings.VAULT)) {
      check(where, values, keys, "api_key", "certificates");
    } else {
      check(where, values, keys, "client_secret_entry", "previous_valid_seconds");
    }
  }

  /** Whether a proxy has served from these stores: then there is something to look at, and looking at it makes nothing. */
  static boolean hasWorkspaces(SettingValues values) {
    try {
      return holds(values, Settings.VAULT, "exists (select from list_workspaces())");
    } catch (SQLException failure) {
      throw new StartupException("the store behind " + Settings.VAULT.url.key() + " does not answer", failure);
    }
  }

  /** Applies the pending migrations of both stores of one place as their owners; answers how many per store. */
  static Map<Store, Integer> migrate(SettingValues values) {
    Map<Store, Integer> applied = new EnumMap<>(Store.class);
    applied.put(Store.VAULT, migrate(Store.VAULT, values, Settings.VAULT));
    applied.put(Store.CLIENT_SECRETS, migrate(Store.CLIENT_SECRETS, values, Settings.CLIENT_SECRETS));
    return applied;
  }

  /** A store as its owner, past any pooler. */
  static DataSource owner(SettingValues values, Settings.StoreKeys keys) {
    PGSimpleDataSource owner = new PGSimpleDataSource();
    owner.setURL(notificationUrl(values, keys));
    owner.setUser(values.get(keys.owner));
    values.secret(keys.ownerPassword).ifPresent(password -> {
      try (password) {
        owner.setPassword(password.expose());
      }
    });
    return owner;
  }

  /** Whether a store has a schema with a place for backups, and migrations of it are pending. */
  static boolean hasPending(@Nullable SettingValues values, String store) {
    if (values == null) {
      return false;
    }
    Settings.StoreKeys keys = store.equals("vault") ? Settings.VAULT : Settings.CLIENT_SECRETS;
    Store which = store.equals("vault") ? Store.VAULT : Store.CLIENT_SECRETS;
    try {
      DataSource owner = owner(values, keys);
      return Migrations.version(which, owner) >= FIRST_WITH_BACKUPS.getOrDefault(which, 0)
          && Migrations.pending(which, owner) > 0;
    } catch (org.flywaydb.core.api.FlywayException failure) {
      throw new StartupException("the store behind " + keys.url.key() + " does not answer its owner", failure);
    }
  }

  /** A store as its backup role, past any pooler; its secret is read with each connection. */
  static DataSource backup(SettingValues values, Settings.StoreKeys keys) {
    PGSimpleDataSource reader = new PGSimpleDataSource();
    reader.setURL(notificationUrl(values, keys));
    reader.setUser(values.get(keys.backupUser));
    reader.setConnectTimeout(PATIENCE_SECONDS);
    values.secret(keys.backupPassword).ifPresent(password -> {
      try (password) {
        reader.setPassword(password.expose());
      }
    });
    return reader;
  }

  private static int migrate(Store store, SettingValues values, Settings.StoreKeys keys) {
    try {
      return Migrations.migrate(store, owner(values, keys));
    } catch (org.flywaydb.core.api.FlywayException failure) {
      throw new StartupException("the store " + store.databaseName() + " could not be migrated as " + values.get(keys.owner)
          + "; see the log for PostgreSQL's answer", failure);
    }
  }

  /** By a column that came with one of the last migrations, and a function that came with the newest. */
  private static void check(String where, SettingValues values, Settings.StoreKeys keys, String table, String column) {
    boolean present;
    try {
      present = holds(values, keys, "exists (select from pg_attribute where attrelid = to_regclass('public." + table
          + "') and attname = '" + column + "') and to_regprocedure('public.announce_pending(boolean, integer)') is not null");
    } catch (SQLException failure) {
      throw new StartupException(
          where + "the store behind " + keys.url.key() + " does not answer, or refuses the user " + keys.user.key(),
          failure);
    }
    if (!present) {
      throw new StartupException(
          where + "the store behind " + keys.url.key() + " does not have the schema of this version; run: authpipe migrate");
    }
  }

  private static boolean holds(SettingValues values, Settings.StoreKeys keys, String condition) throws SQLException {
    try (Connection connection = application(values, keys);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("select " + condition)) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  /**
   * A connection of its own as the application role: a refusal is known at once, and a store that is only slow has longer than a request would
   * wait.
   */
  static Connection application(SettingValues values, Settings.StoreKeys keys) throws SQLException {
    return application(values, keys, values.get(keys.url));
  }

  /** As {@link #application(SettingValues, Settings.StoreKeys)}, where notifications come from. */
  static Connection notifying(SettingValues values, Settings.StoreKeys keys) throws SQLException {
    return application(values, keys, notificationUrl(values, keys));
  }

  private static String notificationUrl(SettingValues values, Settings.StoreKeys keys) {
    return values.find(keys.notificationUrl).orElseGet(() -> values.get(keys.url));
  }

  private static Connection application(SettingValues values, Settings.StoreKeys keys, String url) throws SQLException {
    PGSimpleDataSource application = new PGSimpleDataSource();
    application.setURL(url);
    application.setUser(values.get(keys.user));
    application.setConnectTimeout(PATIENCE_SECONDS);
    application.setLoginTimeout(PATIENCE_SECONDS);
    application.setSocketTimeout(PATIENCE_SECONDS);
    values.secret(keys.password).ifPresent(password -> {
      try (password) {
        application.setPassword(password.expose());
      }
    });
    return application.getConnection();
  }
}
