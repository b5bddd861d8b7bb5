package dev.authpipe.proxy.envelope;

import static dev.authpipe.db.vault.Tables.WORKSPACE_KEYSET;

import java.util.List;

import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.wire.WorkspaceId;

/** SQL of {@code WORKSPACE_KEYSET} in its store. */
final class VaultKeysetStore implements KeysetStore {
  private final VaultDatabase database;

  VaultKeysetStore(VaultDatabase database) {
    this.database = database;
  }

  @Override
  public List<StoredKeyset> usable(WorkspaceId workspace) {
    return database.inWorkspace(workspace, tx -> tx.dsl()
        .select(WORKSPACE_KEYSET.KEYSET_VERSION, WORKSPACE_KEYSET.KEK_NAME, WORKSPACE_KEYSET.WRAPPED, WORKSPACE_KEYSET.STATE)
        .from(WORKSPACE_KEYSET)
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(workspace.value()))
        .and(WORKSPACE_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .orderBy(WORKSPACE_KEYSET.KEYSET_VERSION.desc()).limit(WrappedKeysets.KEYS_MOST)
        .fetch(row -> new StoredKeyset(row.value1(), row.value2(), row.value3(), row.value4().equals("active"))));
  }

  @Override
  public int latestVersion(WorkspaceId workspace) {
    Integer latest = database.inWorkspace(workspace,
        tx -> tx.dsl().select(DSL.max(WORKSPACE_KEYSET.KEYSET_VERSION)).from(WORKSPACE_KEYSET)
            .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(workspace.value())).fetchOneInto(Integer.class));
    return latest == null ? 0 : latest;
  }

  @Override
  public boolean insertActive(WorkspaceId workspace, StoredKeyset keyset) {
    int rows = database.inWorkspace(workspace,
        tx -> tx.dsl().insertInto(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.WORKSPACE_ID, workspace.value())
            .set(WORKSPACE_KEYSET.KEYSET_VERSION, keyset.version()).set(WORKSPACE_KEYSET.KEK_NAME, keyset.kekName())
            .set(WORKSPACE_KEYSET.WRAPPED, keyset.wrapped()).set(WORKSPACE_KEYSET.STATE, "active").onConflictDoNothing()
            .execute());
    return rows == 1;
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WORKSPACE_KEYSET).where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
