package dev.authpipe.control.analytics;

import static dev.authpipe.db.control.Tables.USAGE_HOUR;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record8;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;

/** SQL of usage by hour. Adds, sums and forgets; never changes what was added. */
final class UsageStore {
  /** Most that one window can add: a hostile number must not overflow a sum. */
  private static final long MOST = 1_000_000_000L;

  /** Sums of one period and integration. */
  record Row(UsageQuery.Place place, UsageView view) {}

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

  /** The newest period first, in it in the order of integrations. */
  static List<Row> list(Tx tx, UsageQuery query) {
    Field<OffsetDateTime> start = DSL.field("date_trunc({0}, {1}, 'UTC')", SQLDataType.TIMESTAMPWITHTIMEZONE,
        DSL.inline(UsageQuery.word(query.period())), USAGE_HOUR.HOUR);
    List<Condition> conditions = new ArrayList<>(List.of(USAGE_HOUR.WORKSPACE_ID.eq(tx.workspace().value()),
        USAGE_HOUR.HOUR.ge(time(query.from())), USAGE_HOUR.HOUR.lt(time(query.to()))));
    if (query.integration() != null) {
      conditions.add(USAGE_HOUR.INTEGRATION_ID.eq(query.integration()));
    }
    if (query.key() != null) {
      conditions.add(USAGE_HOUR.API_KEY_ID.eq(query.key()));
    }
    UsageQuery.Place after = query.after();
    if (after != null) {
      OffsetDateTime end = time(after.start().plus(1, query.period().unit()));
      conditions.add(USAGE_HOUR.HOUR.lt(time(after.start()))
          .or(USAGE_HOUR.HOUR.lt(end).and(USAGE_HOUR.INTEGRATION_ID.gt(after.integration()))));
    }
    return tx.dsl()
        .select(start, USAGE_HOUR.INTEGRATION_ID, sum(USAGE_HOUR.CALLS), sum(USAGE_HOUR.TOKEN_READS), sum(USAGE_HOUR.REFUSED),
            sum(USAGE_HOUR.FAILED), sum(USAGE_HOUR.PROVIDER_ERRORS), sum(USAGE_HOUR.REFRESHES))
        .from(USAGE_HOUR).where(conditions).groupBy(start, USAGE_HOUR.INTEGRATION_ID)
        .orderBy(start.desc(), USAGE_HOUR.INTEGRATION_ID).limit(query.most()).fetch(UsageStore::row);
  }

  /** Forgets what is older. */
  static void deleteBefore(Tx tx, Instant oldest) {
    tx.dsl().deleteFrom(USAGE_HOUR).where(USAGE_HOUR.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(USAGE_HOUR.HOUR.lt(time(oldest))).execute();
  }

  private static Row row(Record8<OffsetDateTime, UUID, Long, Long, Long, Long, Long, Long> row) {
    Instant start = row.value1().toInstant();
    return new Row(new UsageQuery.Place(start, row.value2()),
        new UsageView(start, new IntegrationId(row.value2()).toString(), row.value3(), row.value4(), row.value5(), row.value6(),
            row.value7(), row.value8()));
  }

  /** Within what fits. */
  private static Field<Long> sum(Field<Long> of) {
    return DSL.field("least(sum({0}), {1})::bigint", SQLDataType.BIGINT, of, DSL.inline(Long.MAX_VALUE));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static long most(long count) {
    return Math.min(count, MOST);
  }

  private static OffsetDateTime hour(Instant window) {
    return window.truncatedTo(ChronoUnit.HOURS).atOffset(ZoneOffset.UTC);
  }
}
