package dev.authpipe.proxy.ops;

import java.util.EnumMap;
import java.util.Map;

import javax.sql.DataSource;

import org.postgresql.ds.PGSimpleDataSource;

import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.secret.SecretText;

/** Brings the stores to the schema of this program, or says why the proxy must not run on them. Never keeps a connection. */
final class Stores {
  private Stores() {}

  /** In development migrates; always checks that the stores answer and have their schema. */
  static void prepare(SettingValues values) {
    if (values.isDevelopment() && values.find(Settings.VAULT.ownerPassword).isPresent()) {
      migrate(values);
    }
    examine(values);
  }

  /** Checks that both stores answer and have their schema. */
  static void examine(SettingValues values) {
    try (VaultDatabase vault = new VaultDatabase(ProxyBeans.store(values, Settings.VAULT));
        ClientSecretsDatabase secrets = new ClientSecretsDatabase(ProxyBeans.store(values, Settings.CLIENT_SECRETS))) {
      check(vault, Settings.VAULT, "workspace");
      check(secrets, Settings.CLIENT_SECRETS, "client_secret");
    }
  }

  /** Whether the vault's commits wait for a standby, as far as its settings say. */
  static boolean hasSynchronousStandby(SettingValues values) {
    try (VaultDatabase vault = new VaultDatabase(ProxyBeans.store(values, Settings.VAULT))) {
      return vault.lookUp(dsl -> dsl
          .fetchOptional(
              "select current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') in ('on', 'remote_apply')")
          .map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))).orElse(Boolean.FALSE));
    } catch (StoreUnavailableException failure) {
      throw new StartupException("the store behind " + Settings.VAULT.url.key() + " does not answer", failure);
    }
  }

  /** Applies the pending migrations of both stores as their owners; answers how many per store. */
  static Map<Store, Integer> migrate(SettingValues values) {
    Map<Store, Integer> applied = new EnumMap<>(Store.class);
    applied.put(Store.VAULT, migrate(Store.VAULT, values, Settings.VAULT));
    applied.put(Store.CLIENT_SECRETS, migrate(Store.CLIENT_SECRETS, values, Settings.CLIENT_SECRETS));
    return applied;
  }

  private static int migrate(Store store, SettingValues values, Settings.StoreKeys keys) {
    PGSimpleDataSource owner = new PGSimpleDataSource();
    owner.setURL(values.find(keys.notificationUrl).orElseGet(() -> values.get(keys.url)));
    owner.setUser(values.get(keys.owner));
    try (SecretText password = values.secret(keys.ownerPassword).orElse(SecretText.of(""))) {
      if (password.length() > 0) {
        owner.setPassword(password.expose());
      }
      return Migrations.migrate(store, (DataSource) owner);
    } catch (org.flywaydb.core.api.FlywayException failure) {
      throw new StartupException("the store " + store.databaseName() + " could not be migrated as " + values.get(keys.owner)
          + "; see the log for PostgreSQL's answer", failure);
    }
  }

  private static void check(Database database, Settings.StoreKeys keys, String table) {
    try {
      boolean present = database.lookUp(dsl -> dsl.fetchOptional("select to_regclass('public." + table + "') is not null")
          .map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))).orElse(Boolean.FALSE));
      if (!present) {
        throw new StartupException("the store behind " + keys.url.key() + " has no schema; run: authpipe migrate");
      }
    } catch (StoreUnavailableException failure) {
      throw new StartupException(
          "the store behind " + keys.url.key() + " does not answer, or refuses the user " + keys.user.key(),
          failure);
    }
  }
}
