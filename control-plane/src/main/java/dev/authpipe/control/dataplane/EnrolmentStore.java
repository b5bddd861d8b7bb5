package dev.authpipe.control.dataplane;

import static dev.authpipe.db.control.Tables.DATA_PLANE_ENROLMENT;
import static dev.authpipe.db.control.Tables.LIST_OPEN_ENROLMENTS;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of open enrolment codes; all times are the database's. Holds their secrets sealed only. */
final class EnrolmentStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final Duration LIFE = Duration.ofMinutes(15);

  /** Whose an open code is. */
  record Open(WorkspaceId home, DataPlaneId plane) {}

  private EnrolmentStore() {}

  /** Keeps a code in place of the one before; answers when it ends. */
  static Instant put(Tx tx, DataPlaneId plane, byte[] sealed) {
    Field<OffsetDateTime> end = NOW.plus(DayToSecond.valueOf(LIFE));
    return tx.dsl().insertInto(DATA_PLANE_ENROLMENT).set(DATA_PLANE_ENROLMENT.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE_ENROLMENT.DATA_PLANE_ID, plane.value()).set(DATA_PLANE_ENROLMENT.SEALED, sealed)
        .set(DATA_PLANE_ENROLMENT.EXPIRES_AT, end)
        .onConflict(DATA_PLANE_ENROLMENT.WORKSPACE_ID, DATA_PLANE_ENROLMENT.DATA_PLANE_ID).doUpdate()
        .set(DATA_PLANE_ENROLMENT.SEALED, sealed).set(DATA_PLANE_ENROLMENT.EXPIRES_AT, end)
        .returning(DATA_PLANE_ENROLMENT.EXPIRES_AT).fetchSingle().getExpiresAt().toInstant();
  }

  static List<Open> open(DSLContext dsl) {
    return dsl.select(LIST_OPEN_ENROLMENTS.WORKSPACE_ID, LIST_OPEN_ENROLMENTS.DATA_PLANE_ID).from(LIST_OPEN_ENROLMENTS.call())
        .fetch(row -> new Open(new WorkspaceId(row.value1()), new DataPlaneId(row.value2())));
  }

  static Optional<byte[]> sealed(Tx tx, DataPlaneId plane) {
    return tx.dsl().select(DATA_PLANE_ENROLMENT.SEALED).from(DATA_PLANE_ENROLMENT)
        .where(DATA_PLANE_ENROLMENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(DATA_PLANE_ENROLMENT.DATA_PLANE_ID.eq(plane.value())).fetchOptional().map(row -> row.value1());
  }

  /** Uses a code up; false: it ended, was used or replaced. */
  static boolean use(Tx tx, DataPlaneId plane, byte[] sealed) {
    return tx.dsl().deleteFrom(DATA_PLANE_ENROLMENT).where(DATA_PLANE_ENROLMENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(DATA_PLANE_ENROLMENT.DATA_PLANE_ID.eq(plane.value())).and(DATA_PLANE_ENROLMENT.SEALED.eq(sealed))
        .and(DATA_PLANE_ENROLMENT.EXPIRES_AT.gt(NOW)).execute() == 1;
  }

  static void drop(Tx tx, DataPlaneId plane) {
    tx.dsl().deleteFrom(DATA_PLANE_ENROLMENT).where(DATA_PLANE_ENROLMENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(DATA_PLANE_ENROLMENT.DATA_PLANE_ID.eq(plane.value())).execute();
  }
}
