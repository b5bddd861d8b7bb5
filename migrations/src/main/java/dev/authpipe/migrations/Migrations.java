package dev.authpipe.migrations;

import java.util.Arrays;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;

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
    return Flyway.configure().dataSource(owner).locations(store.location()).cleanDisabled(true).validateMigrationNaming(true)
        .connectRetries(5).load();
  }
}
