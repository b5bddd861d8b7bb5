package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.END_USER;
import static dev.authpipe.db.vault.Tables.PROVIDER_ACCOUNT;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.IntegrationId;

/** SQL of {@code end_user} and {@code provider_account}. */
final class PeopleStore {
  EndUser upsert(Tx tx, UUID fresh, String identifier, @Nullable String displayName, @Nullable String email) {
    return tx.dsl().insertInto(END_USER).set(END_USER.WORKSPACE_ID, tx.workspace().value()).set(END_USER.END_USER_ID, fresh)
        .set(END_USER.IDENTIFIER, identifier).set(END_USER.DISPLAY_NAME, displayName).set(END_USER.EMAIL, email)
        .onConflict(END_USER.WORKSPACE_ID, END_USER.IDENTIFIER).doUpdate()
        .set(END_USER.DISPLAY_NAME, DSL.coalesce(DSL.excluded(END_USER.DISPLAY_NAME), END_USER.DISPLAY_NAME))
        .set(END_USER.EMAIL, DSL.coalesce(DSL.excluded(END_USER.EMAIL), END_USER.EMAIL)).returning()
        .fetchSingle(PeopleStore::endUser);
  }

  Optional<EndUser> find(Tx tx, String identifier) {
    return find(tx, END_USER.IDENTIFIER.eq(identifier));
  }

  Optional<EndUser> find(Tx tx, UUID endUser) {
    return find(tx, END_USER.END_USER_ID.eq(endUser));
  }

  private static Optional<EndUser> find(Tx tx, Condition condition) {
    return tx.dsl().selectFrom(END_USER).where(END_USER.WORKSPACE_ID.eq(tx.workspace().value())).and(condition)
        .fetchOptional(PeopleStore::endUser);
  }

  UUID upsertAccount(Tx tx, UUID fresh, IntegrationId integration, String identifier, @Nullable String label) {
    return tx.dsl().insertInto(PROVIDER_ACCOUNT).set(PROVIDER_ACCOUNT.WORKSPACE_ID, tx.workspace().value())
        .set(PROVIDER_ACCOUNT.ACCOUNT_ID, fresh).set(PROVIDER_ACCOUNT.INTEGRATION_ID, integration.value())
        .set(PROVIDER_ACCOUNT.IDENTIFIER, identifier).set(PROVIDER_ACCOUNT.LABEL, label)
        .onConflict(PROVIDER_ACCOUNT.WORKSPACE_ID, PROVIDER_ACCOUNT.INTEGRATION_ID, PROVIDER_ACCOUNT.IDENTIFIER).doUpdate()
        .set(PROVIDER_ACCOUNT.LABEL, DSL.coalesce(DSL.excluded(PROVIDER_ACCOUNT.LABEL), PROVIDER_ACCOUNT.LABEL))
        .returning(PROVIDER_ACCOUNT.ACCOUNT_ID).fetchSingle().getAccountId();
  }

  Optional<ProviderAccount> findAccount(Tx tx, UUID account) {
    return tx.dsl().selectFrom(PROVIDER_ACCOUNT).where(PROVIDER_ACCOUNT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(PROVIDER_ACCOUNT.ACCOUNT_ID.eq(account))
        .fetchOptional(
            row -> new ProviderAccount(row.getAccountId(), new IntegrationId(row.getIntegrationId()), row.getIdentifier(),
                row.getLabel()));
  }

  List<UUID> accountsOf(Tx tx, UUID endUser) {
    return tx.dsl().selectDistinct(CONNECTION.ACCOUNT_ID).from(CONNECTION)
        .where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECTION.END_USER_ID.eq(endUser)).and(CONNECTION.ACCOUNT_ID.isNotNull()).fetch(row -> row.value1());
  }

  void deleteConnections(Tx tx, UUID endUser) {
    tx.dsl().deleteFrom(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECTION.END_USER_ID.eq(endUser))
        .execute();
  }

  void deleteEndUser(Tx tx, UUID endUser) {
    tx.dsl().deleteFrom(END_USER).where(END_USER.WORKSPACE_ID.eq(tx.workspace().value())).and(END_USER.END_USER_ID.eq(endUser))
        .execute();
  }

  /** Deletes those accounts that no connection names any more. */
  void deleteUnusedAccounts(Tx tx, List<UUID> accounts) {
    tx.dsl().deleteFrom(PROVIDER_ACCOUNT).where(PROVIDER_ACCOUNT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(PROVIDER_ACCOUNT.ACCOUNT_ID.in(accounts))
        .andNotExists(DSL.selectOne().from(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(PROVIDER_ACCOUNT.WORKSPACE_ID))
            .and(CONNECTION.ACCOUNT_ID.eq(PROVIDER_ACCOUNT.ACCOUNT_ID)))
        .execute();
  }

  private static EndUser endUser(Record row) {
    return new EndUser(row.get(END_USER.END_USER_ID), row.get(END_USER.IDENTIFIER), row.get(END_USER.DISPLAY_NAME),
        row.get(END_USER.EMAIL));
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(PROVIDER_ACCOUNT).where(PROVIDER_ACCOUNT.WORKSPACE_ID.eq(tx.workspace().value())).execute()
        + tx.dsl().deleteFrom(END_USER).where(END_USER.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
