package dev.authpipe.proxy.retire;

import static dev.authpipe.db.vault.Tables.DUE_PURGES;

import java.util.List;

import jakarta.inject.Singleton;
import org.jooq.DSLContext;

import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.wire.WorkspaceId;

/** Finds shells past their retention, in all workspaces, by id only. */
@Singleton
final class PurgeStore {
  List<RowKey> due(DSLContext dsl, int most) {
    return dsl.selectFrom(DUE_PURGES.call(most))
        .fetch(row -> new RowKey(new WorkspaceId(row.getWorkspaceId()), row.getConnectionId()));
  }
}
