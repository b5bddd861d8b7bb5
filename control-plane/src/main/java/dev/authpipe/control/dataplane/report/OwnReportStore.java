package dev.authpipe.control.dataplane.report;

import static dev.authpipe.db.control.Tables.DATA_PLANE_CHANGE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_ERASURE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_JOB;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;

/** SQL of the reports that no other room keeps: changes, erasures, jobs and losses. Holds the last word of each, by the database's time. */
final class OwnReportStore {
  /** Most that one report can say was lost: a hostile number must not overflow a sum. */
  static final long MOST = 1_000_000_000L;
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private OwnReportStore() {}

  /** Keeps reports about the proxy's own store in its home; answers how many reports were lost. */
  static long take(Tx tx, DataPlaneId from, List<Report> reports) {
    long lost = 0;
    for (Report report : reports) {
      if (report instanceof Report.Job job) {
        job(tx, from, job);
      } else if (report instanceof Report.Lost some) {
        lost += Math.min(some.count(), MOST);
      }
    }
    return lost;
  }

  static void change(Tx tx, DataPlaneId from, Report.Change report) {
    String status = word(report.status());
    tx.dsl().insertInto(DATA_PLANE_CHANGE).set(DATA_PLANE_CHANGE.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE_CHANGE.DATA_PLANE_ID, from.value()).set(DATA_PLANE_CHANGE.CHANGE_ID, report.change().value())
        .set(DATA_PLANE_CHANGE.STATUS, status).set(DATA_PLANE_CHANGE.REPORTED_AT, NOW)
        .onConflict(DATA_PLANE_CHANGE.WORKSPACE_ID, DATA_PLANE_CHANGE.DATA_PLANE_ID, DATA_PLANE_CHANGE.CHANGE_ID).doUpdate()
        .set(DATA_PLANE_CHANGE.STATUS, status).set(DATA_PLANE_CHANGE.REPORTED_AT, NOW).execute();
  }

  static void erasure(Tx tx, Report.Erasure report) {
    tx.dsl().insertInto(DATA_PLANE_ERASURE).set(DATA_PLANE_ERASURE.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE_ERASURE.ERASURE_ID, report.erasure().value()).set(DATA_PLANE_ERASURE.CONNECTIONS, report.connections())
        .set(DATA_PLANE_ERASURE.PENDING, report.pending()).set(DATA_PLANE_ERASURE.REPORTED_AT, NOW)
        .onConflict(DATA_PLANE_ERASURE.WORKSPACE_ID, DATA_PLANE_ERASURE.ERASURE_ID).doUpdate()
        .set(DATA_PLANE_ERASURE.CONNECTIONS, report.connections()).set(DATA_PLANE_ERASURE.PENDING, report.pending())
        .set(DATA_PLANE_ERASURE.REPORTED_AT, NOW).execute();
  }

  static void job(Tx tx, DataPlaneId from, Report.Job report) {
    String status = word(report.status());
    tx.dsl().insertInto(DATA_PLANE_JOB).set(DATA_PLANE_JOB.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE_JOB.DATA_PLANE_ID, from.value()).set(DATA_PLANE_JOB.JOB, report.job()).set(DATA_PLANE_JOB.STATUS, status)
        .set(DATA_PLANE_JOB.REASON, report.reason()).set(DATA_PLANE_JOB.REPORTED_AT, NOW)
        .onConflict(DATA_PLANE_JOB.WORKSPACE_ID, DATA_PLANE_JOB.DATA_PLANE_ID, DATA_PLANE_JOB.JOB).doUpdate()
        .set(DATA_PLANE_JOB.STATUS, status).set(DATA_PLANE_JOB.REASON, report.reason()).set(DATA_PLANE_JOB.REPORTED_AT, NOW)
        .execute();
  }

  private static String word(Enum<?> status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
