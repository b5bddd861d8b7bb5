package dev.authpipe.proxy.envelope;

import static dev.authpipe.db.clientsecrets.Tables.CLIENT_KEYSET;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.ClientSecretsDatabase;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.WorkspaceId;

/** SQL of {@code CLIENT_KEYSET} in its store. */
final class ClientKeysetStore implements KeysetStore {
  private final ClientSecretsDatabase database;

  ClientKeysetStore(ClientSecretsDatabase database) {
    this.database = database;
  }

  @Override
  public List<StoredKeyset> usable(WorkspaceId workspace) {
    return database.inWorkspace(workspace, tx -> tx.dsl()
        .select(CLIENT_KEYSET.KEYSET_VERSION, CLIENT_KEYSET.KEK_NAME, CLIENT_KEYSET.WRAPPED, CLIENT_KEYSET.STATE,
            CLIENT_KEYSET.MAC)
        .from(CLIENT_KEYSET)
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(workspace.value()))
        .and(CLIENT_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .orderBy(CLIENT_KEYSET.KEYSET_VERSION.desc()).limit(WrappedKeysets.KEYS_MOST)
        .fetch(row -> new StoredKeyset(row.value1(), row.value2(), row.value3(), row.value4().equals("active"), row.value5())));
  }

  @Override
  public int latestVersion(WorkspaceId workspace) {
    Integer latest = database.inWorkspace(workspace,
        tx -> tx.dsl().select(DSL.max(CLIENT_KEYSET.KEYSET_VERSION)).from(CLIENT_KEYSET)
            .where(CLIENT_KEYSET.WORKSPACE_ID.eq(workspace.value())).fetchOneInto(Integer.class));
    return latest == null ? 0 : latest;
  }

  @Override
  public boolean insertActive(WorkspaceId workspace, StoredKeyset keyset) {
    int rows = database.inWorkspace(workspace,
        tx -> tx.dsl().insertInto(CLIENT_KEYSET).set(CLIENT_KEYSET.WORKSPACE_ID, workspace.value())
            .set(CLIENT_KEYSET.KEYSET_VERSION, keyset.version()).set(CLIENT_KEYSET.KEK_NAME, keyset.kekName())
            .set(CLIENT_KEYSET.WRAPPED, keyset.wrapped()).set(CLIENT_KEYSET.MAC, keyset.mac()).set(CLIENT_KEYSET.STATE, "active")
            .onConflictDoNothing().execute());
    return rows == 1;
  }

  @Override
  public boolean insertNext(Tx tx, StoredKeyset keyset, @Nullable UUID command) {
    boolean rotating = states(tx).stream().anyMatch(one -> one.opensOnly() || one.decryptOnly());
    return !rotating && activeKek(tx).equals(keyset.kekName())
        && tx.dsl().insertInto(CLIENT_KEYSET).set(CLIENT_KEYSET.WORKSPACE_ID, tx.workspace().value())
            .set(CLIENT_KEYSET.KEYSET_VERSION, keyset.version()).set(CLIENT_KEYSET.KEK_NAME, keyset.kekName())
            .set(CLIENT_KEYSET.WRAPPED, keyset.wrapped()).set(CLIENT_KEYSET.MAC, keyset.mac())
            .set(CLIENT_KEYSET.STATE, "opens_only")
            .set(CLIENT_KEYSET.COMMAND_ID, command).onConflictDoNothing()
            .execute() == 1;
  }

  /** Under the lock of {@link #states}. */
  private static String activeKek(Tx tx) {
    return tx.dsl().select(CLIENT_KEYSET.KEK_NAME).from(CLIENT_KEYSET)
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_KEYSET.STATE.eq("active")).fetchOptional(CLIENT_KEYSET.KEK_NAME).orElse("");
  }

  @Override
  public boolean replace(WorkspaceId workspace, StoredKeyset keyset, StoredKeyset by, Consumer<Tx> written) {
    return database.inWorkspace(workspace, tx -> {
      boolean replaced = tx.dsl().update(CLIENT_KEYSET).set(CLIENT_KEYSET.KEK_NAME, by.kekName())
          .set(CLIENT_KEYSET.WRAPPED, by.wrapped()).set(CLIENT_KEYSET.MAC, by.mac())
          .where(CLIENT_KEYSET.WORKSPACE_ID.eq(workspace.value())).and(CLIENT_KEYSET.KEYSET_VERSION.eq(keyset.version()))
          .and(CLIENT_KEYSET.KEK_NAME.eq(keyset.kekName())).and(CLIENT_KEYSET.WRAPPED.eq(keyset.wrapped())).execute() == 1;
      if (replaced) {
        written.accept(tx);
      }
      return replaced;
    });
  }

  @Override
  public boolean areWrappedBy(Tx tx, String kekName) {
    return !states(tx).isEmpty() && !tx.dsl().fetchExists(tx.dsl().selectOne().from(CLIENT_KEYSET)
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .and(CLIENT_KEYSET.KEK_NAME.ne(kekName)));
  }

  @Override
  public List<KeysetState> states(Tx tx) {
    Field<Boolean> ripe = DSL.field("case {0} when 'opens_only' then {1} < clock_timestamp() - interval '5 minutes'"
        + " when 'active' then coalesce({2}, {1}) < clock_timestamp() - interval '6 minutes' else false end", Boolean.class,
        CLIENT_KEYSET.STATE, CLIENT_KEYSET.CREATED_AT, CLIENT_KEYSET.ACTIVATED_AT);
    return tx.dsl().select(CLIENT_KEYSET.KEYSET_VERSION, CLIENT_KEYSET.STATE, ripe, CLIENT_KEYSET.COMMAND_ID)
        .from(CLIENT_KEYSET)
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_KEYSET.STATE.in("opens_only", "active", "decrypt_only"))
        .orderBy(CLIENT_KEYSET.KEYSET_VERSION).forUpdate()
        .fetch(row -> new KeysetState(row.value1(), row.value2(), row.value3(), row.value4()));
  }

  @Override
  public void activate(Tx tx, int version) {
    tx.dsl().update(CLIENT_KEYSET).set(CLIENT_KEYSET.STATE, "decrypt_only")
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CLIENT_KEYSET.STATE.eq("active")).execute();
    tx.dsl().update(CLIENT_KEYSET).set(CLIENT_KEYSET.STATE, "active")
        .set(CLIENT_KEYSET.ACTIVATED_AT, DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE))
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).and(CLIENT_KEYSET.KEYSET_VERSION.eq(version)).execute();
  }

  @Override
  public void destroy(Tx tx, int version) {
    tx.dsl().update(CLIENT_KEYSET).set(CLIENT_KEYSET.STATE, "destroyed").set(CLIENT_KEYSET.WRAPPED, new byte[0])
        .where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).and(CLIENT_KEYSET.KEYSET_VERSION.eq(version))
        .and(CLIENT_KEYSET.STATE.eq("decrypt_only")).execute();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CLIENT_KEYSET).where(CLIENT_KEYSET.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
