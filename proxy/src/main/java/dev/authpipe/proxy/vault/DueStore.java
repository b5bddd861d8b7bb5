package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.CREDENTIAL;
import static dev.authpipe.db.vault.Tables.DUE_CREDENTIALS;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jooq.Condition;
import org.jooq.DSLContext;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of when credentials are to be renewed. Never waits for a row that somebody else is at. */
final class DueStore {
  private static final List<String> RENEWABLE = List.of(CredentialState.ACTIVE.name(), CredentialState.DEGRADED.name(),
      CredentialState.UNCERTAIN.name());

  List<DueCredentials.Lot> lots(DSLContext dsl, Instant now) {
    return dsl.selectFrom(DUE_CREDENTIALS.call(CredentialStore.time(now)))
        .fetch(row -> new DueCredentials.Lot(new WorkspaceId(row.getWorkspaceId()), new IntegrationId(row.getIntegrationId()),
            row.getUnplanned(), row.getWaiting(), CredentialStore.instant(row.getOldest())));
  }

  List<CredentialRow> unplanned(Tx tx, IntegrationId integration, int most) {
    return locked(tx, integration, CREDENTIAL.RENEW_AT.isNull(), most);
  }

  List<CredentialRow> due(Tx tx, IntegrationId integration, Instant now, int most) {
    return locked(tx, integration, CREDENTIAL.RENEW_AT.le(CredentialStore.time(now)), most);
  }

  void renewAt(Tx tx, ConnectionId connection, long generation, Instant at) {
    tx.dsl().update(CREDENTIAL).set(CREDENTIAL.RENEW_AT, Objects.requireNonNull(CredentialStore.time(at)))
        .where(CredentialStore.isRow(tx, connection)).and(CREDENTIAL.GENERATION.eq(generation)).execute();
  }

  private static List<CredentialRow> locked(Tx tx, IntegrationId integration, Condition which, int most) {
    return tx.dsl().select(CredentialStore.ROW).from(CREDENTIAL).join(CONNECTION).on(CredentialStore.joined())
        .where(CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value())).and(CONNECTION.INTEGRATION_ID.eq(integration.value()))
        .and(CONNECTION.STATUS.eq(ConnectionStatus.ACTIVE.word())).and(CREDENTIAL.SEALED.isNotNull())
        .and(CREDENTIAL.STATE.in(RENEWABLE)).and(which).orderBy(CREDENTIAL.RENEW_AT).limit(most).forUpdate().of(CREDENTIAL)
        .skipLocked().fetch(CredentialStore::row);
  }
}
