package dev.authpipe.proxy.remind;

import static dev.authpipe.db.vault.Tables.REMINDER;
import static dev.authpipe.db.vault.Tables.ROTATION_BACKLOG;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/** SQL of what was told about connections. Never says who a person is. */
final class ReminderStore {
  private ReminderStore() {}

  /** What was told about these connections. */
  static Map<ConnectionId, Told> told(Tx tx, Kind kind, Collection<ConnectionId> connections) {
    return tx.dsl().select(REMINDER.CONNECTION_ID, REMINDER.GENERATION, REMINDER.DUE_AT, REMINDER.DAYS).from(REMINDER)
        .where(of(tx, kind)).and(REMINDER.CONNECTION_ID.in(connections.stream().map(ConnectionId::value).toList()))
        .fetchMap(row -> new ConnectionId(row.value1()), row -> new Told(row.value2(), row.value3().toInstant(), row.value4()));
  }

  /** Connections that were told of, by id, after one of them. */
  static List<ConnectionId> remembered(Tx tx, Kind kind, @Nullable ConnectionId after, int most) {
    Condition which = of(tx, kind);
    return tx.dsl().select(REMINDER.CONNECTION_ID).from(REMINDER)
        .where(after == null ? which : which.and(REMINDER.CONNECTION_ID.gt(after.value()))).orderBy(REMINDER.CONNECTION_ID)
        .limit(most).fetch(row -> new ConnectionId(row.value1()));
  }

  /** Notes what is told with this transaction. */
  static void tell(Tx tx, Kind kind, ConnectionId connection, Told next) {
    tx.dsl().insertInto(REMINDER).set(REMINDER.WORKSPACE_ID, tx.workspace().value())
        .set(REMINDER.CONNECTION_ID, connection.value()).set(REMINDER.KIND, kind.word())
        .set(REMINDER.GENERATION, next.generation()).set(REMINDER.DUE_AT, stored(next.dueAt())).set(REMINDER.DAYS, next.days())
        .onConflict(REMINDER.WORKSPACE_ID, REMINDER.CONNECTION_ID, REMINDER.KIND).doUpdate()
        .set(REMINDER.GENERATION, next.generation()).set(REMINDER.DUE_AT, stored(next.dueAt())).set(REMINDER.DAYS, next.days())
        .execute();
  }

  /** Forgets what was told: it is no longer so. */
  static void forget(Tx tx, Kind kind, ConnectionId connection) {
    tx.dsl().deleteFrom(REMINDER).where(of(tx, kind)).and(REMINDER.CONNECTION_ID.eq(connection.value())).execute();
  }

  /** Forgets all that was told about a connection. */
  static void forget(Tx tx, ConnectionId connection) {
    tx.dsl().deleteFrom(REMINDER).where(REMINDER.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REMINDER.CONNECTION_ID.eq(connection.value())).execute();
  }

  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(REMINDER).where(REMINDER.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** What is due in one database. */
  static RotationBacklog.Due due(DSLContext dsl, Instant now) {
    return dsl.selectFrom(ROTATION_BACKLOG.call(stored(now)))
        .fetchSingle(row -> new RotationBacklog.Due(row.getDue(), row.getOverdue(), read(row.getOldest())));
  }

  private static Condition of(Tx tx, Kind kind) {
    return REMINDER.WORKSPACE_ID.eq(tx.workspace().value()).and(REMINDER.KIND.eq(kind.word()));
  }

  private static OffsetDateTime stored(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant read(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
