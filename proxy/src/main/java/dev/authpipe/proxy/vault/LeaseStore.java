package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.REFRESH_LEASE;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/** SQL of {@code refresh_lease}, by the database's clock only. */
final class LeaseStore {
  /** Statement time, not transaction time: a transaction may have waited for a lock. */
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  Optional<Lease> claim(Tx tx, ConnectionId connection, String owner, UUID attempt, Duration length, boolean seize) {
    Field<OffsetDateTime> until = NOW.add(DayToSecond.valueOf(length));
    Condition free = seize ? DSL.trueCondition() : REFRESH_LEASE.LEASE_UNTIL.isNull().or(REFRESH_LEASE.LEASE_UNTIL.le(NOW));
    return tx.dsl()
        .insertInto(REFRESH_LEASE, REFRESH_LEASE.WORKSPACE_ID, REFRESH_LEASE.CONNECTION_ID, REFRESH_LEASE.FENCE,
            REFRESH_LEASE.OWNER,
            REFRESH_LEASE.LEASE_UNTIL, REFRESH_LEASE.ATTEMPT_ID)
        .select(
            DSL.select(CONNECTION.WORKSPACE_ID, CONNECTION.CONNECTION_ID, DSL.inline(1L), DSL.val(owner), until, DSL.val(attempt))
                .from(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
                .and(CONNECTION.CONNECTION_ID.eq(connection.value())))
        .onConflict(REFRESH_LEASE.WORKSPACE_ID, REFRESH_LEASE.CONNECTION_ID).doUpdate()
        .set(REFRESH_LEASE.FENCE, REFRESH_LEASE.FENCE.plus(1)).set(REFRESH_LEASE.OWNER, owner)
        .set(REFRESH_LEASE.LEASE_UNTIL, until)
        .set(REFRESH_LEASE.ATTEMPT_ID, attempt).where(free).returning(REFRESH_LEASE.FENCE, REFRESH_LEASE.LEASE_UNTIL)
        .fetchOptional(
            row -> new Lease(tx.workspace(), connection, row.getFence(), owner, attempt, row.getLeaseUntil().toInstant()));
  }

  /** Locks the row; empty when the connection has none. */
  Optional<Leases.Standing> lock(Tx tx, ConnectionId connection) {
    Field<Boolean> held = DSL.field(REFRESH_LEASE.LEASE_UNTIL.isNotNull().and(REFRESH_LEASE.LEASE_UNTIL.gt(NOW))).as("held");
    return tx.dsl().select(REFRESH_LEASE.FENCE, held).from(REFRESH_LEASE)
        .where(REFRESH_LEASE.WORKSPACE_ID.eq(tx.workspace().value())).and(REFRESH_LEASE.CONNECTION_ID.eq(connection.value()))
        .forUpdate().fetchOptional(row -> new Leases.Standing(row.value1(), Boolean.TRUE.equals(row.value2())));
  }

  /** Leases that ran out and were not given back: who had them is gone. At most 1,000. */
  List<Lease> lapsed(Tx tx) {
    return tx.dsl().selectFrom(REFRESH_LEASE).where(REFRESH_LEASE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REFRESH_LEASE.LEASE_UNTIL.le(NOW)).and(REFRESH_LEASE.ATTEMPT_ID.isNotNull()).limit(1000)
        .fetch(row -> new Lease(tx.workspace(), new ConnectionId(row.getConnectionId()), row.getFence(), row.getOwner(),
            row.getAttemptId(), row.getLeaseUntil().toInstant()));
  }

  /** Gives the lease of a fence back, whoever holds it. */
  void release(Tx tx, ConnectionId connection, long fence) {
    tx.dsl().update(REFRESH_LEASE).setNull(REFRESH_LEASE.OWNER).setNull(REFRESH_LEASE.LEASE_UNTIL)
        .setNull(REFRESH_LEASE.ATTEMPT_ID).where(REFRESH_LEASE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REFRESH_LEASE.CONNECTION_ID.eq(connection.value())).and(REFRESH_LEASE.FENCE.eq(fence)).execute();
  }

  boolean release(Tx tx, Lease lease) {
    return tx.dsl().update(REFRESH_LEASE).setNull(REFRESH_LEASE.OWNER).setNull(REFRESH_LEASE.LEASE_UNTIL)
        .setNull(REFRESH_LEASE.ATTEMPT_ID).where(is(tx, lease)).execute() == 1;
  }

  boolean holds(Tx tx, Lease lease) {
    return tx.dsl().selectOne().from(REFRESH_LEASE).where(is(tx, lease)).and(REFRESH_LEASE.LEASE_UNTIL.gt(NOW)).forUpdate()
        .fetch()
        .isNotEmpty();
  }

  /** Ends every lease of the database; the fences stay. */
  static void endAll(Tx tx) {
    tx.dsl().update(REFRESH_LEASE).setNull(REFRESH_LEASE.OWNER).setNull(REFRESH_LEASE.LEASE_UNTIL)
        .setNull(REFRESH_LEASE.ATTEMPT_ID).where(REFRESH_LEASE.OWNER.isNotNull().or(REFRESH_LEASE.LEASE_UNTIL.isNotNull()))
        .execute();
  }

  private static Condition is(Tx tx, Lease lease) {
    return REFRESH_LEASE.WORKSPACE_ID.eq(tx.workspace().value()).and(REFRESH_LEASE.CONNECTION_ID.eq(lease.connection().value()))
        .and(REFRESH_LEASE.FENCE.eq(lease.fence()));
  }
}
