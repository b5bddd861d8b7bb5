package dev.authpipe.control.witness;

import static dev.authpipe.db.control.Tables.DECLARED_RESTORE;
import static dev.authpipe.db.control.Tables.WITNESSED_CHECKPOINT;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.WitnessedCheckpointRecord;
import dev.authpipe.tlog.Checkpoint;
import dev.authpipe.tlog.Hash;
import dev.authpipe.wire.DataPlaneId;

/** SQL of witnessed checkpoints, in the home of their data plane. Never replaces one but by what the witness took. */
final class WitnessStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final Duration RESTORE = Duration.ofHours(24);

  /** What was taken last of a log. */
  record Last(long size, Hash root, int epoch) {}

  private WitnessStore() {}

  /** The last checkpoint of a log, locked. */
  static Optional<Last> lock(Tx tx, DataPlaneId plane, String origin) {
    return tx.dsl().select(WITNESSED_CHECKPOINT.SIZE, WITNESSED_CHECKPOINT.ROOT, WITNESSED_CHECKPOINT.EPOCH)
        .from(WITNESSED_CHECKPOINT).where(is(tx, plane, origin)).forUpdate().fetchOptional()
        .map(row -> new Last(row.value1(), Hash.of(row.value2()), row.value3()));
  }

  static int logs(Tx tx, DataPlaneId plane) {
    return tx.dsl().fetchCount(WITNESSED_CHECKPOINT, WITNESSED_CHECKPOINT.WORKSPACE_ID.eq(tx.workspace().value())
        .and(WITNESSED_CHECKPOINT.DATA_PLANE_ID.eq(plane.value())));
  }

  /** Keeps the first checkpoint of a log; false: there is one. */
  static boolean begin(Tx tx, DataPlaneId plane, Checkpoint checkpoint, String note) {
    return tx.dsl().insertInto(WITNESSED_CHECKPOINT).set(WITNESSED_CHECKPOINT.WORKSPACE_ID, tx.workspace().value())
        .set(WITNESSED_CHECKPOINT.DATA_PLANE_ID, plane.value()).set(WITNESSED_CHECKPOINT.ORIGIN, checkpoint.origin())
        .set(WITNESSED_CHECKPOINT.SIZE, checkpoint.size()).set(WITNESSED_CHECKPOINT.ROOT, checkpoint.root().bytes())
        .set(WITNESSED_CHECKPOINT.EPOCH, checkpoint.epoch()).set(WITNESSED_CHECKPOINT.NOTE, note)
        .set(WITNESSED_CHECKPOINT.WITNESSED_AT, NOW).onConflictDoNothing().execute() == 1;
  }

  /** Replaces the last checkpoint of a log, which the transaction has locked. */
  static void replace(Tx tx, DataPlaneId plane, Checkpoint checkpoint, String note) {
    tx.dsl().update(WITNESSED_CHECKPOINT).set(WITNESSED_CHECKPOINT.SIZE, checkpoint.size())
        .set(WITNESSED_CHECKPOINT.ROOT, checkpoint.root().bytes()).set(WITNESSED_CHECKPOINT.EPOCH, checkpoint.epoch())
        .set(WITNESSED_CHECKPOINT.NOTE, note).set(WITNESSED_CHECKPOINT.WITNESSED_AT, NOW)
        .where(is(tx, plane, checkpoint.origin())).execute();
  }

  /** Keeps a refused checkpoint beside the last one: both together are the evidence. */
  static void refused(Tx tx, DataPlaneId plane, String origin, String note) {
    tx.dsl().update(WITNESSED_CHECKPOINT).set(WITNESSED_CHECKPOINT.REFUSED_NOTE, note).set(WITNESSED_CHECKPOINT.REFUSED_AT, NOW)
        .where(is(tx, plane, origin)).execute();
  }

  static void declare(Tx tx, DataPlaneId plane, int epoch) {
    tx.dsl().insertInto(DECLARED_RESTORE).set(DECLARED_RESTORE.WORKSPACE_ID, tx.workspace().value())
        .set(DECLARED_RESTORE.DATA_PLANE_ID, plane.value()).set(DECLARED_RESTORE.EPOCH, epoch)
        .set(DECLARED_RESTORE.DECLARED_AT, NOW).onConflict(DECLARED_RESTORE.WORKSPACE_ID, DECLARED_RESTORE.DATA_PLANE_ID)
        .doUpdate()
        .set(DECLARED_RESTORE.EPOCH, epoch).set(DECLARED_RESTORE.DECLARED_AT, NOW).execute();
  }

  /** Whether a restore to this epoch was declared within the last 24 hours. */
  static boolean isDeclared(Tx tx, DataPlaneId plane, int epoch) {
    return tx.dsl().fetchExists(DECLARED_RESTORE, DECLARED_RESTORE.WORKSPACE_ID.eq(tx.workspace().value())
        .and(DECLARED_RESTORE.DATA_PLANE_ID.eq(plane.value())).and(DECLARED_RESTORE.EPOCH.eq(epoch))
        .and(DECLARED_RESTORE.DECLARED_AT.gt(NOW.minus(DayToSecond.valueOf(RESTORE)))));
  }

  static List<WitnessedView> all(Tx tx, DataPlaneId plane) {
    return tx.dsl().selectFrom(WITNESSED_CHECKPOINT).where(WITNESSED_CHECKPOINT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WITNESSED_CHECKPOINT.DATA_PLANE_ID.eq(plane.value())).orderBy(WITNESSED_CHECKPOINT.ORIGIN).limit(1_000)
        .fetch(WitnessStore::view);
  }

  private static WitnessedView view(WitnessedCheckpointRecord row) {
    return new WitnessedView(row.getOrigin(), row.getSize(), row.getEpoch(), row.getNote(), row.getWitnessedAt().toInstant(),
        row.getRefusedNote(), row.getRefusedAt() == null ? null : row.getRefusedAt().toInstant());
  }

  private static Condition is(Tx tx, DataPlaneId plane, String origin) {
    return WITNESSED_CHECKPOINT.WORKSPACE_ID.eq(tx.workspace().value()).and(WITNESSED_CHECKPOINT.DATA_PLANE_ID.eq(plane.value()))
        .and(WITNESSED_CHECKPOINT.ORIGIN.eq(origin));
  }
}
