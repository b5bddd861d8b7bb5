package dev.authpipe.proxy.envelope;

import static dev.authpipe.db.vault.Tables.WORKSPACE_KEYSET;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

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
        .select(WORKSPACE_KEYSET.KEYSET_VERSION, WORKSPACE_KEYSET.KEK_NAME, WORKSPACE_KEYSET.WRAPPED, WORKSPACE_KEYSET.STATE,
            WORKSPACE_KEYSET.MAC)
        .from(WORKSPACE_KEYSET)
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(workspace.value()))
        .and(WORKSPACE_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .orderBy(WORKSPACE_KEYSET.KEYSET_VERSION.desc()).limit(WrappedKeysets.KEYS_MOST)
        .fetch(row -> new StoredKeyset(row.value1(), row.value2(), row.value3(), row.value4().equals("active"), row.value5())));
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
            .set(WORKSPACE_KEYSET.WRAPPED, keyset.wrapped()).set(WORKSPACE_KEYSET.MAC, keyset.mac())
            .set(WORKSPACE_KEYSET.STATE, "active").onConflictDoNothing()
            .execute());
    return rows == 1;
  }

  @Override
  public boolean insertNext(Tx tx, StoredKeyset keyset, @Nullable UUID command) {
    boolean rotating = states(tx).stream().anyMatch(one -> one.opensOnly() || one.decryptOnly());
    return !rotating && activeKek(tx).equals(keyset.kekName())
        && tx.dsl().insertInto(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.WORKSPACE_ID, tx.workspace().value())
            .set(WORKSPACE_KEYSET.KEYSET_VERSION, keyset.version()).set(WORKSPACE_KEYSET.KEK_NAME, keyset.kekName())
            .set(WORKSPACE_KEYSET.WRAPPED, keyset.wrapped()).set(WORKSPACE_KEYSET.MAC, keyset.mac())
            .set(WORKSPACE_KEYSET.STATE, "opens_only")
            .set(WORKSPACE_KEYSET.COMMAND_ID, command).onConflictDoNothing()
            .execute() == 1;
  }

  /** Under the lock of {@link #states}. */
  private static String activeKek(Tx tx) {
    return tx.dsl().select(WORKSPACE_KEYSET.KEK_NAME).from(WORKSPACE_KEYSET)
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WORKSPACE_KEYSET.STATE.eq("active")).fetchOptional(WORKSPACE_KEYSET.KEK_NAME).orElse("");
  }

  @Override
  public boolean replace(WorkspaceId workspace, StoredKeyset keyset, StoredKeyset by, Consumer<Tx> written) {
    return database.inWorkspace(workspace, tx -> {
      boolean replaced = tx.dsl().update(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.KEK_NAME, by.kekName())
          .set(WORKSPACE_KEYSET.WRAPPED, by.wrapped()).set(WORKSPACE_KEYSET.MAC, by.mac())
          .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(workspace.value())).and(WORKSPACE_KEYSET.KEYSET_VERSION.eq(keyset.version()))
          .and(WORKSPACE_KEYSET.KEK_NAME.eq(keyset.kekName())).and(WORKSPACE_KEYSET.WRAPPED.eq(keyset.wrapped())).execute() == 1;
      if (replaced) {
        written.accept(tx);
      }
      return replaced;
    });
  }

  @Override
  public boolean areWrappedBy(Tx tx, String kekName) {
    return !states(tx).isEmpty() && !tx.dsl().fetchExists(tx.dsl().selectOne().from(WORKSPACE_KEYSET)
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WORKSPACE_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .and(WORKSPACE_KEYSET.KEK_NAME.ne(kekName)));
  }

  @Override
  public List<KeysetState> states(Tx tx) {
    Field<Boolean> ripe = DSL.field("case {0} when 'opens_only' then {1} < clock_timestamp() - interval '5 minutes'"
        + " when 'active' then coalesce({2}, {1}) < clock_timestamp() - interval '6 minutes' else false end", Boolean.class,
        WORKSPACE_KEYSET.STATE, WORKSPACE_KEYSET.CREATED_AT, WORKSPACE_KEYSET.ACTIVATED_AT);
    return tx.dsl().select(WORKSPACE_KEYSET.KEYSET_VERSION, WORKSPACE_KEYSET.STATE, ripe, WORKSPACE_KEYSET.COMMAND_ID)
        .from(WORKSPACE_KEYSET)
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WORKSPACE_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .orderBy(WORKSPACE_KEYSET.KEYSET_VERSION).forUpdate()
        .fetch(row -> new KeysetState(row.value1(), row.value2(), row.value3(), row.value4()));
  }

  @Override
  public void activate(Tx tx, int version) {
    tx.dsl().update(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.STATE, "decrypt_only")
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WORKSPACE_KEYSET.STATE.eq("active")).execute();
    tx.dsl().update(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.STATE, "active")
        .set(WORKSPACE_KEYSET.ACTIVATED_AT, DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE))
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).and(WORKSPACE_KEYSET.KEYSET_VERSION.eq(version))
        .execute();
  }

  @Override
  public void destroy(Tx tx, int version) {
    tx.dsl().update(WORKSPACE_KEYSET).set(WORKSPACE_KEYSET.STATE, "destroyed").set(WORKSPACE_KEYSET.WRAPPED, new byte[0])
        .where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).and(WORKSPACE_KEYSET.KEYSET_VERSION.eq(version))
        .and(WORKSPACE_KEYSET.STATE.eq("decrypt_only")).execute();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WORKSPACE_KEYSET).where(WORKSPACE_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
