package dev.authpipe.migrations;

import java.util.Arrays;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Brings one store's schema to the version of this program. Must be given the owner role; never runs backwards and never cleans.
 */
public final class Migrations {
  private Migrations() {}

  /**
   * Applies the pending migrations of a store.
   *
   * @param store which store
   * @param owner connections as the store's owner role
   * @return how many migrations were applied
   */
  public static int migrate(Store store, DataSource owner) {
    return flyway(store, owner).migrate().migrationsExecuted;
  }

  /**
   * Applies the pending migrations of a store up to a version: for the schema that a backup was made of.
   *
   * @return how many migrations were applied
   */
  public static int migrate(Store store, DataSource owner, int version) {
    return configured(store, owner).target(MigrationVersion.fromVersion(Integer.toString(version))).load()
        .migrate().migrationsExecuted;
  }

  /** The version of the newest migration that was applied; 0: none. Read as {@link #pending}. */
  public static int version(Store store, DataSource reader) {
    MigrationInfo current = flyway(store, reader).info().current();
    return current == null || current.getVersion() == null ? 0 : Integer.parseInt(current.getVersion().getVersion());
  }

  /** The version of the newest migration that this program knows. */
  public static int newest(Store store, DataSource reader) {
    return Arrays.stream(flyway(store, reader).info().all())
        .filter(each -> each.getState().isResolved() && each.getVersion() != null)
        .mapToInt(each -> Integer.parseInt(each.getVersion().getVersion())).max().orElse(0);
  }

  /**
   * How many migrations are pending, without applying any.
   *
   * @param reader connections as a role that may read the history
   */
  public static int pending(Store store, DataSource reader) {
    return flyway(store, reader).info().pending().length;
  }

  /** How many migrations were applied that this program does not know; read as {@link #pending}. */
  public static int unknown(Store store, DataSource reader) {
    return (int) Arrays.stream(flyway(store, reader).info().all())
        .filter(each -> each.getState().isApplied() && !each.getState().isResolved()).count();
  }

  private static Flyway flyway(Store store, DataSource owner) {
    return configured(store, owner).load();
  }

  private static FluentConfiguration configured(Store store, DataSource owner) {
    return Flyway.configure().dataSource(owner).locations(store.location()).cleanDisabled(true).validateMigrationNaming(true)
        .connectRetries(5);
  }
}
