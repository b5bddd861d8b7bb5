package dev.authpipe.control.dataplane.report;

import static dev.authpipe.db.control.Tables.DATA_PLANE_CHANGE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_ERASURE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_JOB;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/**
 * SQL that keeps the reports that no other room keeps: changes, erasures and jobs. Holds the last word of each, by the database's time, and
 * of a proxy that tells of too many only of those that are known.
 */
final class OwnReportStore {
  /** Most that one report can say was lost: a hostile number must not overflow a sum. */
  static final long MOST = 1_000_000_000L;
  private static final int MOST_CHANGES = 20_000;
  private static final int MOST_ERASURES = 100_000;
  private static final int MOST_JOBS = 200;
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private OwnReportStore() {}

  /** Keeps reports about the proxy's own store in its home; answers how many reports were lost. */
  static long take(Tx tx, DataPlaneId from, List<Report> reports) {
    jobs(tx, from, reports.stream().filter(Report.Job.class::isInstance).map(Report.Job.class::cast).toList());
    return reports.stream().mapToLong(report -> report instanceof Report.Lost some ? Math.min(some.count(), MOST) : 0).sum();
  }

  static void changes(Tx tx, DataPlaneId from, List<Report.Change> reports) {
    Condition own = DATA_PLANE_CHANGE.WORKSPACE_ID.eq(tx.workspace().value())
        .and(DATA_PLANE_CHANGE.DATA_PLANE_ID.eq(from.value()));
    boolean full = !reports.isEmpty() && isFull(tx, DATA_PLANE_CHANGE, own, MOST_CHANGES);
    for (Report.Change report : reports) {
      String status = word(report.status());
      if (full) {
        tx.dsl().update(DATA_PLANE_CHANGE).set(DATA_PLANE_CHANGE.STATUS, status).set(DATA_PLANE_CHANGE.REPORTED_AT, NOW)
            .where(own).and(DATA_PLANE_CHANGE.CHANGE_ID.eq(report.change().value())).execute();
      } else {
        tx.dsl().insertInto(DATA_PLANE_CHANGE).set(DATA_PLANE_CHANGE.WORKSPACE_ID, tx.workspace().value())
            .set(DATA_PLANE_CHANGE.DATA_PLANE_ID, from.value()).set(DATA_PLANE_CHANGE.CHANGE_ID, report.change().value())
            .set(DATA_PLANE_CHANGE.STATUS, status).set(DATA_PLANE_CHANGE.REPORTED_AT, NOW)
            .onConflict(DATA_PLANE_CHANGE.WORKSPACE_ID, DATA_PLANE_CHANGE.DATA_PLANE_ID, DATA_PLANE_CHANGE.CHANGE_ID).doUpdate()
            .set(DATA_PLANE_CHANGE.STATUS, status).set(DATA_PLANE_CHANGE.REPORTED_AT, NOW).execute();
      }
    }
  }

  static void erasures(Tx tx, List<Report.Erasure> reports) {
    Condition own = DATA_PLANE_ERASURE.WORKSPACE_ID.eq(tx.workspace().value());
    boolean full = !reports.isEmpty() && isFull(tx, DATA_PLANE_ERASURE, own, MOST_ERASURES);
    for (Report.Erasure report : reports) {
      if (full) {
        tx.dsl().update(DATA_PLANE_ERASURE).set(DATA_PLANE_ERASURE.CONNECTIONS, report.connections())
            .set(DATA_PLANE_ERASURE.PENDING, report.pending()).set(DATA_PLANE_ERASURE.REPORTED_AT, NOW).where(own)
            .and(DATA_PLANE_ERASURE.ERASURE_ID.eq(report.erasure().value())).execute();
      } else {
        tx.dsl().insertInto(DATA_PLANE_ERASURE).set(DATA_PLANE_ERASURE.WORKSPACE_ID, tx.workspace().value())
            .set(DATA_PLANE_ERASURE.ERASURE_ID, report.erasure().value())
            .set(DATA_PLANE_ERASURE.CONNECTIONS, report.connections()).set(DATA_PLANE_ERASURE.PENDING, report.pending())
            .set(DATA_PLANE_ERASURE.REPORTED_AT, NOW).onConflict(DATA_PLANE_ERASURE.WORKSPACE_ID, DATA_PLANE_ERASURE.ERASURE_ID)
            .doUpdate().set(DATA_PLANE_ERASURE.CONNECTIONS, report.connections())
            .set(DATA_PLANE_ERASURE.PENDING, report.pending()).set(DATA_PLANE_ERASURE.REPORTED_AT, NOW).execute();
      }
    }
  }

  static void jobs(Tx tx, DataPlaneId from, List<Report.Job> reports) {
    Condition own = DATA_PLANE_JOB.WORKSPACE_ID.eq(tx.workspace().value()).and(DATA_PLANE_JOB.DATA_PLANE_ID.eq(from.value()));
    boolean full = !reports.isEmpty() && isFull(tx, DATA_PLANE_JOB, own, MOST_JOBS);
    for (Report.Job report : reports) {
      String status = word(report.status());
      if (full) {
        tx.dsl().update(DATA_PLANE_JOB).set(DATA_PLANE_JOB.STATUS, status).set(DATA_PLANE_JOB.REASON, report.reason())
            .set(DATA_PLANE_JOB.REPORTED_AT, NOW).where(own).and(DATA_PLANE_JOB.JOB.eq(report.job())).execute();
      } else {
        tx.dsl().insertInto(DATA_PLANE_JOB).set(DATA_PLANE_JOB.WORKSPACE_ID, tx.workspace().value())
            .set(DATA_PLANE_JOB.DATA_PLANE_ID, from.value()).set(DATA_PLANE_JOB.JOB, report.job())
            .set(DATA_PLANE_JOB.STATUS, status).set(DATA_PLANE_JOB.REASON, report.reason()).set(DATA_PLANE_JOB.REPORTED_AT, NOW)
            .onConflict(DATA_PLANE_JOB.WORKSPACE_ID, DATA_PLANE_JOB.DATA_PLANE_ID, DATA_PLANE_JOB.JOB).doUpdate()
            .set(DATA_PLANE_JOB.STATUS, status).set(DATA_PLANE_JOB.REASON, report.reason()).set(DATA_PLANE_JOB.REPORTED_AT, NOW)
            .execute();
      }
    }
  }

  private static boolean isFull(Tx tx, Table<?> table, Condition own, int most) {
    return tx.dsl().fetchExists(DSL.selectOne().from(table).where(own).offset(most - 1).limit(1));
  }

  private static String word(Enum<?> status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
