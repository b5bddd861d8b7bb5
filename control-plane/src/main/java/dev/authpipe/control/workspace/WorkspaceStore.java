package dev.authpipe.control.workspace;

import static dev.authpipe.db.control.Tables.LIST_WORKSPACES;
import static dev.authpipe.db.control.Tables.WORKSPACE;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.db.control.tables.records.WorkspaceRecord;
import dev.authpipe.wire.WorkspaceId;

/** SQL of workspaces; all times are the database's. Never sees more than the workspace of the transaction. */
final class WorkspaceStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private WorkspaceStore() {}

  /** Inserts the workspace of the transaction; a name that is taken is a problem. */
  static Workspace insert(Tx tx, String name, String displayName, String region, String plan) {
    try {
      return workspace(tx.dsl().insertInto(WORKSPACE).set(WORKSPACE.WORKSPACE_ID, tx.workspace().value())
          .set(WORKSPACE.NAME, name).set(WORKSPACE.DISPLAY_NAME, displayName).set(WORKSPACE.REGION, region)
          .set(WORKSPACE.PLAN, plan).returning().fetchSingle());
    } catch (IntegrityConstraintViolationException taken) {
      throw new ProblemException(ErrorCode.NAME_TAKEN);
    }
  }

  /** The ids of all workspaces. */
  static List<WorkspaceId> all(DSLContext dsl) {
    return dsl.select(LIST_WORKSPACES.WORKSPACE_ID).from(LIST_WORKSPACES.call()).fetch(row -> new WorkspaceId(row.value1()));
  }

  static Optional<Workspace> find(Tx tx) {
    return tx.dsl().selectFrom(WORKSPACE).where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).fetchOptional()
        .map(WorkspaceStore::workspace);
  }

  /** As {@link #find}, and no other transaction changes it until this one ends. */
  static Optional<Workspace> lock(Tx tx) {
    return tx.dsl().selectFrom(WORKSPACE).where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).forUpdate().fetchOptional()
        .map(WorkspaceStore::workspace);
  }

  static Workspace update(Tx tx, String displayName, String plan) {
    return workspace(tx.dsl().update(WORKSPACE).set(WORKSPACE.DISPLAY_NAME, displayName).set(WORKSPACE.PLAN, plan)
        .set(WORKSPACE.VERSION, WORKSPACE.VERSION.plus(1)).set(WORKSPACE.UPDATED_AT, NOW)
        .where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).returning().fetchSingle());
  }

  static Workspace requestDeletion(Tx tx) {
    return workspace(tx.dsl().update(WORKSPACE).set(WORKSPACE.DELETION_REQUESTED_AT, NOW)
        .set(WORKSPACE.VERSION, WORKSPACE.VERSION.plus(1)).set(WORKSPACE.UPDATED_AT, NOW)
        .where(WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).returning().fetchSingle());
  }

  private static Workspace workspace(WorkspaceRecord row) {
    return new Workspace(new WorkspaceId(row.getWorkspaceId()), row.getName(), row.getDisplayName(), row.getRegion(),
        row.getPlan(), row.getVersion(), row.getCreatedAt().toInstant(), row.getUpdatedAt().toInstant(),
        instant(row.getDeletionRequestedAt()));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
