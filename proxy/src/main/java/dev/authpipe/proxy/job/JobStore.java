package dev.authpipe.proxy.job;

import static dev.authpipe.db.vault.Tables.JOB;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.JobRecord;
import dev.authpipe.proxy.db.Tx;

/** SQL of jobs; all times are the database's. Never changes a run that another replica holds. */
final class JobStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  /** A job's row as it was locked, with the database's time. */
  record Row(@Nullable Instant leaseUntil, @Nullable Instant startedAt, @Nullable Instant completedAt, @Nullable Instant failedAt,
      int failures, boolean wanted, Instant now) {}

  private JobStore() {}

  /** Locks the row, made at first; null when another replica is at it right now. */
  static @Nullable Row lock(Tx tx, String name, String schedule) {
    tx.dsl().insertInto(JOB).set(JOB.NAME, name).onConflictDoNothing().execute();
    JobRecord row = tx.dsl().selectFrom(JOB).where(JOB.NAME.eq(name)).forUpdate().skipLocked().fetchOne();
    if (row == null) {
      return null;
    }
    if (!schedule.equals(row.getSchedule())) {
      tx.dsl().update(JOB).set(JOB.SCHEDULE, schedule).where(JOB.NAME.eq(name)).execute();
    }
    OffsetDateTime now = tx.dsl().select(NOW).fetchSingle().value1();
    return new Row(at(row.getLeaseUntil()), at(row.getStartedAt()), at(row.getCompletedAt()), at(row.getFailedAt()),
        row.getFailures(),
        row.getWantedAt() != null, now.toInstant());
  }

  static void start(Tx tx, String name, String owner, Duration lease, int failures) {
    tx.dsl().update(JOB).set(JOB.OWNER, owner).set(JOB.LEASE_UNTIL, NOW.plus(DayToSecond.valueOf(lease))).set(JOB.STARTED_AT, NOW)
        .set(JOB.FAILURES, failures).setNull(JOB.WANTED_AT).where(JOB.NAME.eq(name)).execute();
  }

  /** Everything that is known of all jobs, by name. */
  static List<Jobs.Status> all(Tx tx) {
    return tx.dsl().selectFrom(JOB).orderBy(JOB.NAME)
        .fetch(row -> new Jobs.Status(row.getName(), row.getSchedule(), row.getOwner() != null, at(row.getStartedAt()),
            at(row.getCompletedAt()), at(row.getFailedAt()), row.getFailures(), row.getReason(), row.getWantedAt() != null));
  }

  /** Ends every run of the database. */
  static void endAll(Tx tx) {
    tx.dsl().update(JOB).setNull(JOB.OWNER).setNull(JOB.LEASE_UNTIL).execute();
  }

  /** Asks for a run; false: there is no such job. */
  static boolean want(Tx tx, String name) {
    return tx.dsl().update(JOB).set(JOB.WANTED_AT, NOW).set(JOB.FAILURES, 0).where(JOB.NAME.eq(name)).execute() == 1;
  }

  /** Prolongs a run; false when it is no longer the owner's. */
  static boolean prolong(Tx tx, String name, String owner, Duration lease) {
    return tx.dsl().update(JOB).set(JOB.LEASE_UNTIL, NOW.plus(DayToSecond.valueOf(lease)))
        .where(JOB.NAME.eq(name).and(JOB.OWNER.eq(owner))).execute() == 1;
  }

  /** Ends a run as done; false when it is no longer the owner's. */
  static boolean complete(Tx tx, String name, String owner) {
    return tx.dsl().update(JOB).setNull(JOB.OWNER).setNull(JOB.LEASE_UNTIL).set(JOB.COMPLETED_AT, NOW).set(JOB.FAILURES, 0)
        .setNull(JOB.REASON).where(JOB.NAME.eq(name).and(JOB.OWNER.eq(owner))).execute() == 1;
  }

  /** Ends a run as failed; false when it is no longer the owner's. */
  static boolean fail(Tx tx, String name, String owner, int failures, String reason) {
    return tx.dsl().update(JOB).setNull(JOB.OWNER).setNull(JOB.LEASE_UNTIL).set(JOB.FAILED_AT, NOW).set(JOB.FAILURES, failures)
        .set(JOB.REASON, reason).where(JOB.NAME.eq(name).and(JOB.OWNER.eq(owner))).execute() == 1;
  }

  /** Ends a run whose replica gave no sign any more. */
  static void lapse(Tx tx, String name, int failures, String reason) {
    tx.dsl().update(JOB).setNull(JOB.OWNER).setNull(JOB.LEASE_UNTIL).set(JOB.FAILED_AT, NOW).set(JOB.FAILURES, failures)
        .set(JOB.REASON, reason).where(JOB.NAME.eq(name)).execute();
  }

  private static @Nullable Instant at(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
