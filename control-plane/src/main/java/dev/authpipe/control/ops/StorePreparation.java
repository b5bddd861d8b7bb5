package dev.authpipe.control.ops;

import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.StoreUnavailableException;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.migrations.Migrations;
import dev.authpipe.migrations.Store;

/** Brings the store to the schema of this program, or says why the control plane must not run on it. Never keeps a connection. */
final class StorePreparation {
  private StorePreparation() {}

  /** In development migrates; always checks that the store answers and has its schema. */
  static void prepare(ControlSettings settings) {
    if (settings.development() && settings.ownerPassword() != null) {
      migrate(settings);
    }
    examine(settings);
  }

  /** Applies the pending migrations as the owner; answers how many. */
  static int migrate(ControlSettings settings) {
    PGSimpleDataSource owner = new PGSimpleDataSource();
    owner.setURL(settings.store().jdbcUrl());
    owner.setUser(settings.owner());
    SecretText password = settings.ownerPassword();
    if (password != null) {
      owner.setPassword(password.expose());
    }
    try {
      return Migrations.migrate(Store.CONTROL, owner);
    } catch (FlywayException failure) {
      throw new StartupException(
          "the store control could not be migrated as " + settings.owner() + "; see the log for PostgreSQL's answer", failure);
    }
  }

  private static void examine(ControlSettings settings) {
    try (Database database = new Database(settings.store())) {
      boolean present = database.lookUp(dsl -> dsl.fetchOptional("select to_regclass('public.workspace') is not null")
          .map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))).orElse(Boolean.FALSE));
      if (!present) {
        throw new StartupException("the store behind store.url has no schema; run: authpipe control-plane migrate");
      }
    } catch (StoreUnavailableException failure) {
      throw new StartupException("the store behind store.url does not answer, or refuses the user store.user", failure);
    }
  }
}
