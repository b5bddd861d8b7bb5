package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CREDENTIAL;
import static dev.authpipe.db.vault.Tables.RESTORED_CREDENTIAL;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/** SQL of {@code restored_credential}, by the database's clock. */
final class RestoredCredentialStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  Optional<RestoredCredential> find(Tx tx, ConnectionId connection) {
    return tx.dsl().select(RESTORED_CREDENTIAL.GENERATION, RESTORED_CREDENTIAL.LIVE, RESTORED_CREDENTIAL.AS_OF,
        RESTORED_CREDENTIAL.RESTORED_AT, RESTORED_CREDENTIAL.RECOVERED, RESTORED_CREDENTIAL.JOURNALS,
        RESTORED_CREDENTIAL.WAITS_FROM, NOW).from(RESTORED_CREDENTIAL).where(is(tx, connection))
        .fetchOptional(row -> new RestoredCredential(row.value1(), row.value2(), row.value3().toInstant(),
            row.value4().toInstant(), row.value5(), row.value6(), CredentialStore.instant(row.value7()),
            row.value8().toInstant()));
  }

  void wanted(Tx tx, ConnectionId connection) {
    tx.dsl().update(RESTORED_CREDENTIAL).set(RESTORED_CREDENTIAL.WAITS_FROM, NOW).where(is(tx, connection))
        .and(RESTORED_CREDENTIAL.WAITS_FROM.isNull()).execute();
  }

  void recovered(Tx tx, ConnectionId connection, long generation, Instant received) {
    tx.dsl().update(RESTORED_CREDENTIAL).set(RESTORED_CREDENTIAL.GENERATION, generation).set(RESTORED_CREDENTIAL.RECOVERED, true)
        .set(RESTORED_CREDENTIAL.AS_OF, received.atOffset(ZoneOffset.UTC)).set(RESTORED_CREDENTIAL.WAITS_FROM, NOW)
        .where(is(tx, connection)).execute();
  }

  /** Every credential of the database, whatever was remembered of an earlier restore. Those that can be renewed are uncertain. */
  static void restored(Tx tx, Instant snapshot, boolean journals) {
    OffsetDateTime asOf = Objects.requireNonNull(CredentialStore.time(snapshot));
    tx.dsl().deleteFrom(RESTORED_CREDENTIAL).execute();
    tx.dsl().insertInto(RESTORED_CREDENTIAL, RESTORED_CREDENTIAL.WORKSPACE_ID, RESTORED_CREDENTIAL.CONNECTION_ID,
        RESTORED_CREDENTIAL.GENERATION, RESTORED_CREDENTIAL.LIVE, RESTORED_CREDENTIAL.AS_OF, RESTORED_CREDENTIAL.RESTORED_AT,
        RESTORED_CREDENTIAL.JOURNALS)
        .select(DSL.select(CREDENTIAL.WORKSPACE_ID, CREDENTIAL.CONNECTION_ID, CREDENTIAL.GENERATION,
            DSL.field(CREDENTIAL.SEALED.isNotNull()), DSL.val(asOf), NOW, DSL.val(journals)).from(CREDENTIAL))
        .execute();
    tx.dsl().update(CREDENTIAL).set(CREDENTIAL.STATE, CredentialState.UNCERTAIN.name()).setNull(CREDENTIAL.RENEW_AT)
        .where(CREDENTIAL.STATE.in(CredentialState.ACTIVE.name(), CredentialState.DEGRADED.name()))
        .and(CREDENTIAL.ACCESS_EXPIRES_AT.isNotNull().or(CREDENTIAL.REFRESH_EXPIRES_AT.isNotNull())).execute();
  }

  private static Condition is(Tx tx, ConnectionId connection) {
    return RESTORED_CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value())
        .and(RESTORED_CREDENTIAL.CONNECTION_ID.eq(connection.value()));
  }
}
