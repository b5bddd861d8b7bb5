package dev.authpipe.control.workspace;

import static dev.authpipe.db.control.Tables.CONFIGURATION_VERSION;

import java.time.OffsetDateTime;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

import dev.authpipe.control.db.Tx;

/** SQL of configuration versions. Never lowers one. */
final class ConfigurationVersionStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private ConfigurationVersionStore() {}

  static void raise(Tx tx) {
    tx.dsl().insertInto(CONFIGURATION_VERSION).set(CONFIGURATION_VERSION.WORKSPACE_ID, tx.workspace().value())
        .set(CONFIGURATION_VERSION.VERSION, 1L).onConflict(CONFIGURATION_VERSION.WORKSPACE_ID).doUpdate()
        .set(CONFIGURATION_VERSION.VERSION, CONFIGURATION_VERSION.VERSION.plus(1)).set(CONFIGURATION_VERSION.UPDATED_AT, NOW)
        .execute();
  }

  /** 0 for a workspace that was made before versions were counted and has not changed since. */
  static long of(Tx tx) {
    return tx.dsl().select(CONFIGURATION_VERSION.VERSION).from(CONFIGURATION_VERSION)
        .where(CONFIGURATION_VERSION.WORKSPACE_ID.eq(tx.workspace().value())).fetchOptional(CONFIGURATION_VERSION.VERSION)
        .orElse(0L);
  }
}
