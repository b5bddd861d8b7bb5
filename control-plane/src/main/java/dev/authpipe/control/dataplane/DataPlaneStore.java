package dev.authpipe.control.dataplane;

import static dev.authpipe.db.control.Tables.DATA_PLANE;
import static dev.authpipe.db.control.Tables.DATA_PLANE_WORKSPACE;
import static dev.authpipe.db.control.Tables.FIND_DATA_PLANE;
import static dev.authpipe.db.control.Tables.LIST_SERVED_WORKSPACES;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.db.control.tables.records.DataPlaneRecord;
import dev.authpipe.tlog.VerifierKey;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Heartbeat;
import dev.authpipe.wire.WorkspaceId;

/** SQL of data planes and their assignments; all times are the database's. Each row is seen from its own workspace only. */
final class DataPlaneStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  /** Whom an identity belongs to. */
  record Owner(WorkspaceId home, DataPlaneId plane, boolean isNext) {}

  /** A data plane that serves a workspace. */
  record Assignment(DataPlaneId plane, WorkspaceId home) {}

  private DataPlaneStore() {}

  /** The database's time in milliseconds. */
  static Instant now(Tx tx) {
    return tx.dsl().select(DSL.field("date_trunc('milliseconds', clock_timestamp())", SQLDataType.TIMESTAMPWITHTIMEZONE))
        .fetchSingle().value1().toInstant();
  }

  static DataPlane insert(Tx tx, DataPlaneId id, String name, List<String> regions) {
    return plane(tx.dsl().insertInto(DATA_PLANE).set(DATA_PLANE.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE.DATA_PLANE_ID, id.value()).set(DATA_PLANE.NAME, name)
        .set(DATA_PLANE.REGIONS, regions.toArray(String[]::new)).returning().fetchSingle());
  }

  static Optional<DataPlane> find(Tx tx, DataPlaneId id) {
    return tx.dsl().selectFrom(DATA_PLANE).where(is(tx, id)).fetchOptional().map(DataPlaneStore::plane);
  }

  /** As {@link #find}, and no other transaction changes it until this one ends. */
  static Optional<DataPlane> lock(Tx tx, DataPlaneId id) {
    return tx.dsl().selectFrom(DATA_PLANE).where(is(tx, id)).forUpdate().fetchOptional().map(DataPlaneStore::plane);
  }

  static int count(Tx tx) {
    return tx.dsl().fetchCount(DATA_PLANE,
        DATA_PLANE.WORKSPACE_ID.eq(tx.workspace().value()).and(DATA_PLANE.REVOKED_AT.isNull()));
  }

  static Optional<Owner> owner(DSLContext dsl, LinkIdentity identity) {
    return dsl.select(FIND_DATA_PLANE.WORKSPACE_ID, FIND_DATA_PLANE.DATA_PLANE_ID, FIND_DATA_PLANE.IS_NEXT)
        .from(FIND_DATA_PLANE.call(identity.bytes())).fetchOptional()
        .map(row -> new Owner(new WorkspaceId(row.value1()), new DataPlaneId(row.value2()), row.value3()));
  }

  static void enrol(Tx tx, DataPlaneId id, LinkIdentity identity, VerifierKey checkpointKey) {
    tx.dsl().update(DATA_PLANE).set(DATA_PLANE.IDENTITY, identity.bytes()).set(DATA_PLANE.ENROLLED_AT, NOW)
        .set(DATA_PLANE.CHECKPOINT_KEY, checkpointKey.toString()).where(is(tx, id)).execute();
  }

  /** The key that its enrolment named; empty before, and when it named none. */
  static Optional<VerifierKey> checkpointKey(Tx tx, DataPlaneId id) {
    return tx.dsl().select(DATA_PLANE.CHECKPOINT_KEY).from(DATA_PLANE)
        .where(is(tx, id).and(DATA_PLANE.CHECKPOINT_KEY.isNotNull()))
        .fetchOptional().map(row -> VerifierKey.parse(row.value1()));
  }

  /** Keeps which identity follows; false: it is known. */
  static boolean announce(Tx tx, DataPlaneId id, LinkIdentity next) {
    return tx.dsl().update(DATA_PLANE).set(DATA_PLANE.NEXT_IDENTITY, next.bytes())
        .where(is(tx, id).and(DATA_PLANE.NEXT_IDENTITY.isDistinctFrom(next.bytes()))).execute() == 1;
  }

  /** Makes the announced identity the present one; false: another request did. */
  static boolean renew(Tx tx, DataPlaneId id, LinkIdentity next) {
    return tx.dsl().update(DATA_PLANE).set(DATA_PLANE.IDENTITY, DATA_PLANE.NEXT_IDENTITY)
        .set(DATA_PLANE.NEXT_IDENTITY, (byte[]) null).where(is(tx, id).and(DATA_PLANE.NEXT_IDENTITY.eq(next.bytes())))
        .execute() == 1;
  }

  static void revoke(Tx tx, DataPlaneId id) {
    tx.dsl().update(DATA_PLANE).set(DATA_PLANE.REVOKED_AT, NOW).where(is(tx, id)).execute();
  }

  static void heartbeat(Tx tx, DataPlaneId id, Heartbeat beat, String trust) {
    tx.dsl().update(DATA_PLANE).set(DATA_PLANE.HEARTBEAT_AT, NOW).set(DATA_PLANE.SOFTWARE, beat.software())
        .set(DATA_PLANE.APPLIED_VERSION, beat.feedVersion()).set(DATA_PLANE.WAITING_CHANGES, beat.waitingChanges())
        .set(DATA_PLANE.OUTBOX, beat.outbox()).set(DATA_PLANE.LOST, beat.lost()).set(DATA_PLANE.TRUST, trust)
        .set(DATA_PLANE.SERVED_REGIONS, beat.regions().toArray(String[]::new)).where(is(tx, id)).execute();
  }

  /** The number of the next command. */
  static long nextCommand(Tx tx, DataPlaneId id) {
    return tx.dsl().update(DATA_PLANE).set(DATA_PLANE.COMMAND_SEQ, DATA_PLANE.COMMAND_SEQ.plus(1)).where(is(tx, id))
        .returning(DATA_PLANE.COMMAND_SEQ).fetchSingle().getCommandSeq();
  }

  /** The number of the report that is wanted next, locked; null: any. */
  static @Nullable Long lockReportNumber(Tx tx, DataPlaneId id) {
    return tx.dsl().select(DATA_PLANE.REPORT_NEXT).from(DATA_PLANE).where(is(tx, id)).forUpdate().fetchSingle().value1();
  }

  static void reported(Tx tx, DataPlaneId id, long next, long lost) {
    tx.dsl().update(DATA_PLANE).set(DATA_PLANE.REPORT_NEXT, next).set(DATA_PLANE.REPORTS_LOST, DATA_PLANE.REPORTS_LOST.plus(lost))
        .where(is(tx, id)).execute();
  }

  /** The version of the feed with this content; it rises when the content is another, and above what the proxy saw. */
  static FeedVersion publish(Tx tx, DataPlaneId id, FeedHash content, long seen) {
    DataPlaneRecord row = tx.dsl().selectFrom(DATA_PLANE).where(is(tx, id)).forUpdate().fetchSingle();
    if (!Arrays.equals(row.getFeedHash(), content.bytes()) || row.getFeedVersion() < seen) {
      row = tx.dsl().update(DATA_PLANE).set(DATA_PLANE.FEED_VERSION, Math.max(row.getFeedVersion(), seen) + 1)
          .set(DATA_PLANE.FEED_HASH, content.bytes())
          .set(DATA_PLANE.FEED_ISSUED_AT, DSL.field("date_trunc('milliseconds', {0})", OffsetDateTime.class, NOW))
          .where(is(tx, id))
          .returning().fetchSingle();
    }
    return new FeedVersion(row.getFeedVersion(), row.getFeedIssuedAt().toInstant());
  }

  static boolean assign(Tx tx, DataPlaneId id, WorkspaceId home) {
    return tx.dsl().insertInto(DATA_PLANE_WORKSPACE).set(DATA_PLANE_WORKSPACE.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE_WORKSPACE.DATA_PLANE_ID, id.value()).set(DATA_PLANE_WORKSPACE.HOME_ID, home.value()).onConflictDoNothing()
        .execute() == 1;
  }

  static boolean unassign(Tx tx, DataPlaneId id) {
    return tx.dsl().deleteFrom(DATA_PLANE_WORKSPACE).where(DATA_PLANE_WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(DATA_PLANE_WORKSPACE.DATA_PLANE_ID.eq(id.value())).execute() == 1;
  }

  /** The data planes that serve the transaction's workspace. */
  static List<Assignment> assignments(Tx tx) {
    return tx.dsl().select(DATA_PLANE_WORKSPACE.DATA_PLANE_ID, DATA_PLANE_WORKSPACE.HOME_ID).from(DATA_PLANE_WORKSPACE)
        .where(DATA_PLANE_WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).orderBy(DATA_PLANE_WORKSPACE.DATA_PLANE_ID)
        .fetch(row -> new Assignment(new DataPlaneId(row.value1()), new WorkspaceId(row.value2())));
  }

  /** The data planes whose home the transaction's workspace is. */
  static List<DataPlane> atHome(Tx tx) {
    return tx.dsl().selectFrom(DATA_PLANE).where(DATA_PLANE.WORKSPACE_ID.eq(tx.workspace().value()))
        .orderBy(DATA_PLANE.DATA_PLANE_ID).fetch(DataPlaneStore::plane);
  }

  /** The workspaces that a data plane serves, in the order of their ids, with the version of their configuration. */
  static List<ServedWorkspace> served(DSLContext dsl, DataPlaneId id) {
    return dsl.select(LIST_SERVED_WORKSPACES.WORKSPACE_ID, LIST_SERVED_WORKSPACES.VERSION)
        .from(LIST_SERVED_WORKSPACES.call(id.value()))
        .fetch(row -> new ServedWorkspace(new WorkspaceId(row.value1()), row.value2()));
  }

  private static org.jooq.Condition is(Tx tx, DataPlaneId id) {
    return DATA_PLANE.WORKSPACE_ID.eq(tx.workspace().value()).and(DATA_PLANE.DATA_PLANE_ID.eq(id.value()));
  }

  private static DataPlane plane(DataPlaneRecord row) {
    return new DataPlane(new DataPlaneId(row.getDataPlaneId()), new WorkspaceId(row.getWorkspaceId()), row.getName(),
        List.of(row.getRegions()), row.getCreatedAt().toInstant(), instant(row.getEnrolledAt()), instant(row.getRevokedAt()),
        row.getFeedVersion(), row.getReportsLost(), row.getHeartbeatAt() == null ? null : lastSeen(row));
  }

  private static DataPlane.LastSeen lastSeen(DataPlaneRecord row) {
    return new DataPlane.LastSeen(row.getHeartbeatAt().toInstant(), row.getSoftware(), row.getAppliedVersion(),
        row.getWaitingChanges(), row.getOutbox(), row.getLost(), row.getTrust(), List.of(row.getServedRegions()));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
