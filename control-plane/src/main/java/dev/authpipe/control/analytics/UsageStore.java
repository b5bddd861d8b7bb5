package dev.authpipe.control.analytics;

import static dev.authpipe.db.control.Tables.USAGE_HOUR;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.Report;

/** SQL of usage by hour. Only ever adds. */
final class UsageStore {
  /** Most that one window can add: a hostile number must not overflow a sum. */
  private static final long MOST = 1_000_000_000L;

  private UsageStore() {}

  static Instant now(Tx tx) {
    return tx.dsl().select(DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE)).fetchSingle().value1().toInstant();
  }

  static int rows(Tx tx, Instant window) {
    return tx.dsl().fetchCount(USAGE_HOUR,
        USAGE_HOUR.WORKSPACE_ID.eq(tx.workspace().value()).and(USAGE_HOUR.HOUR.eq(hour(window))));
  }

  static void add(Tx tx, Report.Usage window) {
    tx.dsl().insertInto(USAGE_HOUR).set(USAGE_HOUR.WORKSPACE_ID, tx.workspace().value())
        .set(USAGE_HOUR.HOUR, hour(window.windowStart())).set(USAGE_HOUR.INTEGRATION_ID, window.integration().value())
        .set(USAGE_HOUR.API_KEY_ID, window.key().value()).set(USAGE_HOUR.CALLS, most(window.calls()))
        .set(USAGE_HOUR.TOKEN_READS, most(window.tokenReads())).set(USAGE_HOUR.REFUSED, most(window.refused()))
        .set(USAGE_HOUR.FAILED, most(window.failed())).set(USAGE_HOUR.PROVIDER_ERRORS, most(window.providerErrors()))
        .set(USAGE_HOUR.REFRESHES, most(window.refreshes()))
        .onConflict(USAGE_HOUR.WORKSPACE_ID, USAGE_HOUR.HOUR, USAGE_HOUR.INTEGRATION_ID, USAGE_HOUR.API_KEY_ID).doUpdate()
        .set(USAGE_HOUR.CALLS, USAGE_HOUR.CALLS.plus(most(window.calls())))
        .set(USAGE_HOUR.TOKEN_READS, USAGE_HOUR.TOKEN_READS.plus(most(window.tokenReads())))
        .set(USAGE_HOUR.REFUSED, USAGE_HOUR.REFUSED.plus(most(window.refused())))
        .set(USAGE_HOUR.FAILED, USAGE_HOUR.FAILED.plus(most(window.failed())))
        .set(USAGE_HOUR.PROVIDER_ERRORS, USAGE_HOUR.PROVIDER_ERRORS.plus(most(window.providerErrors())))
        .set(USAGE_HOUR.REFRESHES, USAGE_HOUR.REFRESHES.plus(most(window.refreshes()))).execute();
  }

  private static long most(long count) {
    return Math.min(count, MOST);
  }

  private static OffsetDateTime hour(Instant window) {
    return window.truncatedTo(ChronoUnit.HOURS).atOffset(ZoneOffset.UTC);
  }
}
