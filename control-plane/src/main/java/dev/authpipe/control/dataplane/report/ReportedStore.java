package dev.authpipe.control.dataplane.report;

import static dev.authpipe.db.control.Tables.DATA_PLANE_CHANGE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_ERASURE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_JOB;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.ErasureId;

/** SQL that lists and forgets what {@link OwnReportStore} keeps. Never sees more than the workspace of the transaction. */
final class ReportedStore {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
  private static final Field<OffsetDateTime> OLD = DSL.field("clock_timestamp() - interval '90 days'",
      SQLDataType.TIMESTAMPWITHTIMEZONE);

  /**
   * A place in a list that begins with what was reported last.
   *
   * @param at    when it was reported
   * @param plane by which data plane
   * @param name  of what
   */
  record Place(Instant at, UUID plane, String name) {
    /** Reads a place; an IllegalArgumentException says that it is none. */
    static Place parse(String text) {
      String[] parts = text.split("/", -1);
      if (parts.length != 3 || !parts[0].startsWith("2") || !NAME.matcher(parts[2]).matches()) {
        throw new IllegalArgumentException("no place in a list of reports");
      }
      try {
        return new Place(Instant.parse(parts[0]), UUID.fromString(parts[1]), parts[2]);
      } catch (DateTimeException wrong) {
        throw new IllegalArgumentException("no place in a list of reports", wrong);
      }
    }

    /** As {@link #parse}, in a list whose names are ids. */
    static Place ofChange(String text) {
      Place place = parse(text);
      return new Place(place.at, place.plane, UUID.fromString(place.name).toString());
    }

    OffsetDateTime time() {
      return at.atOffset(ZoneOffset.UTC);
    }

    @Override
    public String toString() {
      return at + "/" + plane + "/" + name;
    }
  }

  private ReportedStore() {}

  /** Changes, the one reported last first; null narrows nothing. */
  static List<ReportedChange> changes(Tx tx, @Nullable String status, @Nullable DataPlaneId plane, @Nullable Place after,
      int most) {
    List<Condition> conditions = new ArrayList<>(List.of(DATA_PLANE_CHANGE.WORKSPACE_ID.eq(tx.workspace().value())));
    if (status != null) {
      conditions.add(DATA_PLANE_CHANGE.STATUS.eq(status));
    }
    if (plane != null) {
      conditions.add(DATA_PLANE_CHANGE.DATA_PLANE_ID.eq(plane.value()));
    }
    if (after != null) {
      conditions.add(DSL.row(DATA_PLANE_CHANGE.REPORTED_AT, DATA_PLANE_CHANGE.DATA_PLANE_ID, DATA_PLANE_CHANGE.CHANGE_ID)
          .lt(after.time(), after.plane(), UUID.fromString(after.name())));
    }
    return tx.dsl()
        .select(DATA_PLANE_CHANGE.CHANGE_ID, DATA_PLANE_CHANGE.DATA_PLANE_ID, DATA_PLANE_CHANGE.STATUS,
            DATA_PLANE_CHANGE.REPORTED_AT)
        .from(DATA_PLANE_CHANGE).where(conditions)
        .orderBy(DATA_PLANE_CHANGE.REPORTED_AT.desc(), DATA_PLANE_CHANGE.DATA_PLANE_ID.desc(),
            DATA_PLANE_CHANGE.CHANGE_ID.desc())
        .limit(most).fetch(row -> new ReportedChange(new ChangeId(row.value1()), new DataPlaneId(row.value2()), row.value3(),
            row.value4().toInstant()));
  }

  /** Erasures, the newest first. */
  static List<ReportedErasure> erasures(Tx tx, @Nullable UUID before, int most) {
    Condition own = DATA_PLANE_ERASURE.WORKSPACE_ID.eq(tx.workspace().value());
    return tx.dsl()
        .select(DATA_PLANE_ERASURE.ERASURE_ID, DATA_PLANE_ERASURE.CONNECTIONS, DATA_PLANE_ERASURE.PENDING,
            DATA_PLANE_ERASURE.REPORTED_AT)
        .from(DATA_PLANE_ERASURE).where(before == null ? own : own.and(DATA_PLANE_ERASURE.ERASURE_ID.lt(before)))
        .orderBy(DATA_PLANE_ERASURE.ERASURE_ID.desc()).limit(most)
        .fetch(row -> new ReportedErasure(new ErasureId(row.value1()), row.value2(), row.value3(), row.value4().toInstant()));
  }

  /** Jobs, the one reported last first. */
  static List<ReportedJob> jobs(Tx tx, @Nullable Place after, int most) {
    Condition own = DATA_PLANE_JOB.WORKSPACE_ID.eq(tx.workspace().value());
    Condition page = after == null
        ? own
        : own.and(DSL.row(DATA_PLANE_JOB.REPORTED_AT, DATA_PLANE_JOB.DATA_PLANE_ID, DATA_PLANE_JOB.JOB).lt(after.time(),
            after.plane(), after.name()));
    return tx.dsl()
        .select(DATA_PLANE_JOB.DATA_PLANE_ID, DATA_PLANE_JOB.JOB, DATA_PLANE_JOB.STATUS, DATA_PLANE_JOB.REASON,
            DATA_PLANE_JOB.REPORTED_AT)
        .from(DATA_PLANE_JOB).where(page)
        .orderBy(DATA_PLANE_JOB.REPORTED_AT.desc(), DATA_PLANE_JOB.DATA_PLANE_ID.desc(), DATA_PLANE_JOB.JOB.desc()).limit(most)
        .fetch(row -> new ReportedJob(new DataPlaneId(row.value1()), row.value2(), row.value3(), row.value4(),
            row.value5().toInstant()));
  }

  /** Forgets what is over and was not reported again for 90 days. */
  static void deleteOld(Tx tx) {
    UUID workspace = tx.workspace().value();
    tx.dsl().deleteFrom(DATA_PLANE_CHANGE).where(DATA_PLANE_CHANGE.WORKSPACE_ID.eq(workspace))
        .and(DATA_PLANE_CHANGE.STATUS.ne("waiting")).and(DATA_PLANE_CHANGE.REPORTED_AT.lt(OLD)).execute();
    tx.dsl().deleteFrom(DATA_PLANE_ERASURE).where(DATA_PLANE_ERASURE.WORKSPACE_ID.eq(workspace))
        .and(DATA_PLANE_ERASURE.PENDING.eq(0)).and(DATA_PLANE_ERASURE.REPORTED_AT.lt(OLD)).execute();
    tx.dsl().deleteFrom(DATA_PLANE_JOB).where(DATA_PLANE_JOB.WORKSPACE_ID.eq(workspace)).and(DATA_PLANE_JOB.REPORTED_AT.lt(OLD))
        .execute();
  }
}
