package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.CREDENTIAL;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.SelectField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** SQL of the dates of credentials. Never reads a sealed column. */
final class DatesStore {
  private static final List<SelectField<?>> COLUMNS = List.of(CONNECTION.CONNECTION_ID, CONNECTION.INTEGRATION_ID,
      CONNECTION.PROVIDER, CONNECTION.AUTHORIZED_AT, CREDENTIAL.GENERATION, CREDENTIAL.ISSUED_AT, CREDENTIAL.SECRET_EXPIRES_AT,
      CREDENTIAL.REFRESH_EXPIRES_AT, CREDENTIAL.STATE);

  List<CredentialDates.Dates> until(Tx tx, IntegrationId integration, CredentialDates.Until until, @Nullable ConnectionId after,
      int most) {
    Condition any = DSL.falseCondition();
    any = until.setBy() == null ? any : any.or(CREDENTIAL.ISSUED_AT.le(CredentialStore.time(until.setBy())));
    any = until.secretExpiresBy() == null
        ? any
        : any.or(CREDENTIAL.SECRET_EXPIRES_AT.le(CredentialStore.time(until.secretExpiresBy())));
    any = until.authorizedBy() == null
        ? any
        : any.or(CONNECTION.AUTHORIZED_AT.le(CredentialStore.time(until.authorizedBy())));
    any = until.refreshExpiresBy() == null
        ? any
        : any.or(CREDENTIAL.REFRESH_EXPIRES_AT.le(CredentialStore.time(until.refreshExpiresBy())));
    Condition which = CONNECTION.INTEGRATION_ID.eq(integration.value()).and(any);
    return live(tx).and(after == null ? which : which.and(CONNECTION.CONNECTION_ID.gt(after.value())))
        .orderBy(CONNECTION.CONNECTION_ID).limit(most).fetch(DatesStore::dates);
  }

  Map<ConnectionId, CredentialDates.Dates> of(Tx tx, Collection<ConnectionId> connections) {
    return live(tx).and(CONNECTION.CONNECTION_ID.in(connections.stream().map(ConnectionId::value).toList()))
        .fetchMap(row -> new ConnectionId(row.get(CONNECTION.CONNECTION_ID)), DatesStore::dates);
  }

  Optional<CredentialDates.Dates> lock(Tx tx, ConnectionId connection) {
    tx.dsl().select(CONNECTION.CONNECTION_ID).from(CONNECTION).where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CONNECTION.CONNECTION_ID.eq(connection.value())).forNoKeyUpdate().execute();
    return live(tx).and(CONNECTION.CONNECTION_ID.eq(connection.value())).fetchOptional(DatesStore::dates); // as it is now
  }

  private static SelectConditionStep<Record> live(Tx tx) {
    return tx.dsl().select(COLUMNS).from(CONNECTION).join(CREDENTIAL).on(CredentialStore.joined())
        .where(CONNECTION.WORKSPACE_ID.eq(tx.workspace().value())).and(CONNECTION.STATUS.eq(ConnectionStatus.ACTIVE.word()))
        .and(CREDENTIAL.SEALED.isNotNull());
  }

  private static CredentialDates.Dates dates(Record row) {
    return new CredentialDates.Dates(new ConnectionId(row.get(CONNECTION.CONNECTION_ID)),
        new IntegrationId(row.get(CONNECTION.INTEGRATION_ID)), row.get(CONNECTION.PROVIDER), row.get(CREDENTIAL.GENERATION),
        row.get(CREDENTIAL.ISSUED_AT).toInstant(), CredentialStore.instant(row.get(CREDENTIAL.SECRET_EXPIRES_AT)),
        CredentialStore.instant(row.get(CONNECTION.AUTHORIZED_AT)),
        CredentialStore.instant(row.get(CREDENTIAL.REFRESH_EXPIRES_AT)),
        CredentialState.valueOf(row.get(CREDENTIAL.STATE)) == CredentialState.REAUTH_REQUIRED);
  }
}
