package dev.authpipe.proxy.catalog;

import static dev.authpipe.db.vault.Tables.WORKSPACE_DELETION;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of deleted workspaces; all times are the database's. Never deletes a row. */
final class WorkspaceDeletionStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Row(CommandId command, int connections, Instant requestedAt, @Nullable Instant completedAt, boolean overdue,
      byte[] mac) {}

  private WorkspaceDeletionStore() {}

  static boolean add(Tx tx, CommandId command, int connections, byte[] mac) {
    return tx.dsl().insertInto(WORKSPACE_DELETION).set(WORKSPACE_DELETION.WORKSPACE_ID, tx.workspace().value())
        .set(WORKSPACE_DELETION.COMMAND_ID, command.value()).set(WORKSPACE_DELETION.CONNECTIONS, connections)
        .set(WORKSPACE_DELETION.REQUESTED_AT, NOW).set(WORKSPACE_DELETION.MAC, mac).onConflictDoNothing().execute() == 1;
  }

  static Optional<Row> find(Tx tx, boolean lock) {
    Field<Boolean> overdue = DSL.field(WORKSPACE_DELETION.REQUESTED_AT.lt(DSL.field("clock_timestamp() - interval '24 hours'",
        OffsetDateTime.class)));
    var query = tx.dsl().select(WORKSPACE_DELETION.COMMAND_ID, WORKSPACE_DELETION.CONNECTIONS, WORKSPACE_DELETION.COMPLETED_AT,
        WORKSPACE_DELETION.REQUESTED_AT, overdue, WORKSPACE_DELETION.MAC).from(WORKSPACE_DELETION)
        .where(WORKSPACE_DELETION.WORKSPACE_ID.eq(tx.workspace().value()));
    return (lock ? query.forUpdate().fetchOptional() : query.fetchOptional())
        .map(r -> new Row(new CommandId(r.value1()), r.value2(), r.value4().toInstant(), instant(r.value3()), r.value5(),
            r.value6()));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  static void completed(Tx tx) {
    tx.dsl().update(WORKSPACE_DELETION).set(WORKSPACE_DELETION.COMPLETED_AT, NOW)
        .where(WORKSPACE_DELETION.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** Those under way, and those that ended within the last hour. */
  static List<WorkspaceId> recent(DSLContext dsl) {
    return dsl.select(DSL.field("workspace_id", UUID.class)).from("list_workspace_deletions()").fetch(Record1::value1).stream()
        .map(WorkspaceId::new).toList();
  }
}
