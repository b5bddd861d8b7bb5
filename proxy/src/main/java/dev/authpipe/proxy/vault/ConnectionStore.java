package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.CREDENTIAL;
import static dev.authpipe.db.vault.Tables.END_USER;
import static dev.authpipe.db.vault.Tables.PROVIDER_ACCOUNT;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of {@code connection}; no secret in it. */
final class ConnectionStore {
  Optional<ConnectionRow> find(Tx tx, ConnectionId connection) {
    return tx.dsl().select(CONNECTION.fields()).from(CONNECTION).where(is(tx, connection)).fetchOptional(ConnectionStore::row);
  }

  Map<ConnectionId, IntegrationId> integrations(Tx tx, Set<ConnectionId> connections) {
    UUID[] ids = connections.stream().map(ConnectionId::value).toArray(UUID[]::new);
    return tx.dsl().select(CONNECTION.CONNECTION_ID, CONNECTION.INTEGRATION_ID).from(CONNECTION)
        .where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value())).and(CONNECTION.CONNECTION_ID.eq(DSL.any(ids)))
        .fetchMap(row -> new ConnectionId(row.value1()), row -> new IntegrationId(row.value2()));
  }

  /** As {@link #find}, holding off disconnect and every other change until the end of the transaction. */
  Optional<ConnectionRow> lock(Tx tx, ConnectionId connection) {
    return tx.dsl().select(CONNECTION.fields()).from(CONNECTION).where(is(tx, connection)).forNoKeyUpdate()
        .fetchOptional(ConnectionStore::row);
  }

  void insert(Tx tx, ConnectionRow row) {
    tx.dsl().insertInto(CONNECTION).set(CONNECTION.WORKSPACE_ID, tx.workspace().value())
        .set(CONNECTION.CONNECTION_ID, row.id().value())
        .set(CONNECTION.INTEGRATION_ID, row.integration().value()).set(CONNECTION.PROVIDER, row.provider())
        .set(CONNECTION.END_USER_ID, row.endUserId()).set(CONNECTION.ACCOUNT_ID, row.accountId())
        .set(CONNECTION.STATUS, row.status().word())
        .set(CONNECTION.SCOPES_REQUESTED, row.scopesRequested().toArray(new String[0]))
        .set(CONNECTION.SCOPES_GRANTED, row.scopesGranted().toArray(new String[0]))
        .set(CONNECTION.METADATA, MetadataJson.write(row.metadata()))
        .set(CONNECTION.AUTHORIZED_AT, CredentialStore.time(row.authorizedAt()))
        .set(CONNECTION.CREATED_AT, row.createdAt().atOffset(ZoneOffset.UTC))
        .set(CONNECTION.UPDATED_AT, row.updatedAt().atOffset(ZoneOffset.UTC)).execute();
  }

  void reactivate(Tx tx, ConnectionId connection, @Nullable UUID account, List<String> scopesRequested,
      List<String> scopesGranted, Instant authorizedAt) {
    tx.dsl().update(CONNECTION).set(CONNECTION.STATUS, ConnectionStatus.ACTIVE.word()).set(CONNECTION.ACCOUNT_ID, account)
        .set(CONNECTION.AUTHORIZED_AT, authorizedAt.atOffset(ZoneOffset.UTC))
        .set(CONNECTION.SCOPES_REQUESTED, scopesRequested.toArray(new String[0]))
        .set(CONNECTION.SCOPES_GRANTED, scopesGranted.toArray(new String[0])).setNull(CONNECTION.DISCONNECTED_AT)
        .setNull(CONNECTION.PURGE_AFTER).set(CONNECTION.UPDATED_AT, CredentialStore.now()).where(is(tx, connection)).execute();
  }

  void authorizedElsewhere(Tx tx, ConnectionId connection) {
    tx.dsl().update(CONNECTION).setNull(CONNECTION.AUTHORIZED_AT).where(is(tx, connection)).execute();
  }

  void scopesGranted(Tx tx, ConnectionId connection, List<String> scopes) {
    String[] granted = scopes.toArray(new String[0]);
    tx.dsl().update(CONNECTION).set(CONNECTION.SCOPES_GRANTED, granted).set(CONNECTION.UPDATED_AT, CredentialStore.now())
        .where(is(tx, connection)).and(CONNECTION.SCOPES_GRANTED.isDistinctFrom(granted)).execute();
  }

  boolean disconnect(Tx tx, ConnectionId connection, Instant purgeAfter) {
    return tx.dsl().update(CONNECTION).set(CONNECTION.STATUS, ConnectionStatus.DISCONNECTED.word())
        .set(CONNECTION.DISCONNECTED_AT, CredentialStore.now()).set(CONNECTION.PURGE_AFTER, purgeAfter.atOffset(ZoneOffset.UTC))
        .set(CONNECTION.UPDATED_AT, CredentialStore.now()).where(is(tx, connection))
        .and(CONNECTION.STATUS.eq(ConnectionStatus.ACTIVE.word())).execute() == 1;
  }

  void purge(Tx tx, ConnectionId connection) {
    tx.dsl().deleteFrom(CONNECTION).where(is(tx, connection)).execute();
  }

  boolean updateMetadata(Tx tx, ConnectionId connection, Map<String, String> metadata) {
    return tx.dsl().update(CONNECTION).set(CONNECTION.METADATA, MetadataJson.write(metadata))
        .set(CONNECTION.UPDATED_AT, CredentialStore.now()).where(is(tx, connection)).execute() == 1;
  }

  Optional<ConnectionListing> show(Tx tx, ConnectionId connection) {
    return listing(tx).where(is(tx, connection)).fetchOptional(ConnectionStore::listed);
  }

  /** By descending id: ids are UUIDv7, so newest first. */
  List<ConnectionListing> list(Tx tx, ConnectionFilter filter, @Nullable ConnectionId after, int limit) {
    Condition condition = CONNECTION.WORKSPACE_ID.eq(tx.workspace().value());
    IntegrationId integration = filter.integration();
    if (integration != null) {
      condition = condition.and(CONNECTION.INTEGRATION_ID.eq(integration.value()));
    }
    if (!filter.integrations().isEmpty()) {
      condition = condition.and(CONNECTION.INTEGRATION_ID.in(filter.integrations().stream().map(IntegrationId::value).toList()));
    }
    String endUser = filter.endUserIdentifier();
    if (endUser != null) {
      condition = condition.and(END_USER.IDENTIFIER.eq(endUser));
    }
    ConnectionStatus status = filter.status();
    if (status != null) {
      condition = condition.and(CONNECTION.STATUS.eq(status.word()));
    }
    ConnectionFilter.RotationDue due = filter.rotationDue();
    if (due != null) {
      condition = condition.and(isDue(due));
    }
    if (after != null) {
      condition = condition.and(CONNECTION.CONNECTION_ID.lt(after.value()));
    }
    return listing(tx).where(condition).orderBy(CONNECTION.CONNECTION_ID.desc()).limit(limit).fetch(ConnectionStore::listed);
  }

  private static Condition isDue(ConnectionFilter.RotationDue due) {
    Condition either = CONNECTION.INTEGRATION_ID.in(due.keys().stream().map(IntegrationId::value).toList())
        .and(CREDENTIAL.SECRET_EXPIRES_AT.le(CredentialStore.time(due.expiresBy())));
    for (Map.Entry<IntegrationId, Instant> one : due.setBy().entrySet()) {
      either = either.or(CONNECTION.INTEGRATION_ID.eq(one.getKey().value())
          .and(CREDENTIAL.ISSUED_AT.le(CredentialStore.time(one.getValue()))));
    }
    return either.and(CONNECTION.STATUS.eq(ConnectionStatus.ACTIVE.word())).and(CREDENTIAL.SEALED.isNotNull());
  }

  List<ConnectionRow> byEndUser(Tx tx, UUID endUser) {
    return tx.dsl().select(CONNECTION.fields()).from(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECTION.END_USER_ID.eq(endUser)).orderBy(CONNECTION.CONNECTION_ID).fetch(ConnectionStore::row);
  }

  List<ConnectionId> liveWithAccount(Tx tx, IntegrationId integration, UUID account, ConnectionId except) {
    return tx.dsl().select(CONNECTION.CONNECTION_ID).from(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECTION.INTEGRATION_ID.eq(integration.value())).and(CONNECTION.ACCOUNT_ID.eq(account))
        .and(CONNECTION.STATUS.eq(ConnectionStatus.ACTIVE.word())).and(CONNECTION.CONNECTION_ID.ne(except.value()))
        .orderBy(CONNECTION.CONNECTION_ID).fetch(row -> new ConnectionId(row.value1()));
  }

  private static SelectOnConditionStep<Record> listing(Tx tx) {
    return tx.dsl().select(DSL.asterisk()).from(CONNECTION).join(END_USER)
        .on(END_USER.WORKSPACE_ID.eq(CONNECTION.WORKSPACE_ID), END_USER.END_USER_ID.eq(CONNECTION.END_USER_ID))
        .leftJoin(PROVIDER_ACCOUNT)
        .on(PROVIDER_ACCOUNT.WORKSPACE_ID.eq(CONNECTION.WORKSPACE_ID), PROVIDER_ACCOUNT.ACCOUNT_ID.eq(CONNECTION.ACCOUNT_ID))
        .leftJoin(CREDENTIAL).on(CredentialStore.joined());
  }

  private static ConnectionListing listed(Record row) {
    EndUser endUser = new EndUser(row.get(END_USER.END_USER_ID), row.get(END_USER.IDENTIFIER), row.get(END_USER.DISPLAY_NAME),
        row.get(END_USER.EMAIL));
    UUID account = row.get(PROVIDER_ACCOUNT.ACCOUNT_ID);
    return new ConnectionListing(row(row), endUser,
        account == null
            ? null
            : new ProviderAccount(account, new IntegrationId(row.get(PROVIDER_ACCOUNT.INTEGRATION_ID)),
                row.get(PROVIDER_ACCOUNT.IDENTIFIER), row.get(PROVIDER_ACCOUNT.LABEL)),
        row.get(CREDENTIAL.GENERATION) == null ? null : CredentialStore.row(row));
  }

  private static ConnectionRow row(Record row) {
    return new ConnectionRow(new WorkspaceId(row.get(CONNECTION.WORKSPACE_ID)),
        new ConnectionId(row.get(CONNECTION.CONNECTION_ID)),
        new IntegrationId(row.get(CONNECTION.INTEGRATION_ID)), row.get(CONNECTION.PROVIDER), row.get(CONNECTION.END_USER_ID),
        row.get(CONNECTION.ACCOUNT_ID), ConnectionStatus.of(row.get(CONNECTION.STATUS)),
        List.of(row.get(CONNECTION.SCOPES_REQUESTED)),
        List.of(row.get(CONNECTION.SCOPES_GRANTED)), MetadataJson.read(row.get(CONNECTION.METADATA)),
        CredentialStore.instant(row.get(CONNECTION.AUTHORIZED_AT)), row.get(CONNECTION.CREATED_AT).toInstant(),
        row.get(CONNECTION.UPDATED_AT).toInstant(),
        CredentialStore.instant(row.get(CONNECTION.DISCONNECTED_AT)), CredentialStore.instant(row.get(CONNECTION.PURGE_AFTER)));
  }

  private static Condition is(Tx tx, ConnectionId connection) {
    return CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()).and(CONNECTION.CONNECTION_ID.eq(connection.value()));
  }

  /** Deletes all connections of the transaction's workspace, with what refers to them. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
