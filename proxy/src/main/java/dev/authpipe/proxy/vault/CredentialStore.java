package dev.authpipe.proxy.vault;

import static dev.authpipe.db.vault.Tables.CONNECTION;
import static dev.authpipe.db.vault.Tables.CREDENTIAL;
import static dev.authpipe.db.vault.Tables.CREDENTIAL_CANDIDATE;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of {@code credential} and {@code credential_candidate}; sees ciphertext only. */
final class CredentialStore {
  static final List<SelectField<?>> ROW = List.of(CONNECTION.WORKSPACE_ID, CONNECTION.CONNECTION_ID, CONNECTION.INTEGRATION_ID,
      CONNECTION.PROVIDER, CONNECTION.STATUS, CREDENTIAL.GENERATION, CREDENTIAL.SEALED, CREDENTIAL.ACCESS_EXPIRES_AT,
      CREDENTIAL.REFRESH_EXPIRES_AT, CREDENTIAL.SECRET_EXPIRES_AT, CREDENTIAL.ISSUED_AT, CREDENTIAL.STATE);
  private static final int CANDIDATES_MOST = 20;
  private static final int PAGE = 500;

  Optional<CredentialRow> find(Tx tx, ConnectionId connection) {
    return tx.dsl().select(ROW).from(CREDENTIAL).join(CONNECTION).on(joined()).where(isRow(tx, connection))
        .fetchOptional(CredentialStore::row);
  }

  Map<ConnectionId, CredentialRow> find(Tx tx, Collection<ConnectionId> some) {
    return tx.dsl().select(ROW).from(CREDENTIAL).join(CONNECTION).on(joined())
        .where(CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CREDENTIAL.CONNECTION_ID.in(some.stream().map(ConnectionId::value).toList()))
        .fetchMap(row -> new ConnectionId(row.get(CREDENTIAL.CONNECTION_ID)), CredentialStore::row);
  }

  /** As {@link #find}, locking the credential until the end of the transaction. */
  Optional<CredentialRow> lock(Tx tx, ConnectionId connection) {
    return tx.dsl().select(ROW).from(CREDENTIAL).join(CONNECTION).on(joined()).where(isRow(tx, connection)).forUpdate()
        .of(CREDENTIAL).fetchOptional(CredentialStore::row);
  }

  void insert(Tx tx, ConnectionId connection, byte[] sealed, NewCredential content) {
    tx.dsl().insertInto(CREDENTIAL).set(CREDENTIAL.WORKSPACE_ID, tx.workspace().value())
        .set(CREDENTIAL.CONNECTION_ID, connection.value()).set(CREDENTIAL.GENERATION, 1L).set(CREDENTIAL.SEALED, sealed)
        .set(CREDENTIAL.ACCESS_EXPIRES_AT, time(content.accessExpiresAt()))
        .set(CREDENTIAL.REFRESH_EXPIRES_AT, time(content.refreshExpiresAt()))
        .set(CREDENTIAL.SECRET_EXPIRES_AT, time(content.secretExpiresAt()))
        .set(CREDENTIAL.ISSUED_AT, content.issuedAt().atOffset(ZoneOffset.UTC))
        .set(CREDENTIAL.STATE, CredentialState.ACTIVE.name())
        .execute();
  }

  /** Compare-and-set on the generation; false when it is not the base any more. */
  boolean replace(Tx tx, ConnectionId connection, long base, long next, byte[] sealed, NewCredential content) {
    return tx.dsl().update(CREDENTIAL).set(CREDENTIAL.GENERATION, next).set(CREDENTIAL.SEALED, sealed)
        .set(CREDENTIAL.ACCESS_EXPIRES_AT, time(content.accessExpiresAt()))
        .set(CREDENTIAL.REFRESH_EXPIRES_AT, time(content.refreshExpiresAt()))
        .set(CREDENTIAL.SECRET_EXPIRES_AT, time(content.secretExpiresAt()))
        .set(CREDENTIAL.ISSUED_AT, content.issuedAt().atOffset(ZoneOffset.UTC))
        .set(CREDENTIAL.STATE, CredentialState.ACTIVE.name())
        .setNull(CREDENTIAL.RENEW_AT).set(CREDENTIAL.UPDATED_AT, now()).where(isRow(tx, connection))
        .and(CREDENTIAL.GENERATION.eq(base)).execute() == 1;
  }

  boolean state(Tx tx, ConnectionId connection, long generation, CredentialState state) {
    return tx.dsl().update(CREDENTIAL).set(CREDENTIAL.STATE, state.name()).set(CREDENTIAL.UPDATED_AT, now())
        .where(isRow(tx, connection)).and(CREDENTIAL.GENERATION.eq(generation)).and(CREDENTIAL.SEALED.isNotNull()).execute() == 1;
  }

  void erase(Tx tx, ConnectionId connection) {
    tx.dsl().update(CREDENTIAL).setNull(CREDENTIAL.SEALED).setNull(CREDENTIAL.ACCESS_EXPIRES_AT)
        .setNull(CREDENTIAL.REFRESH_EXPIRES_AT).setNull(CREDENTIAL.SECRET_EXPIRES_AT)
        .set(CREDENTIAL.STATE, CredentialState.REVOKED.name())
        .set(CREDENTIAL.UPDATED_AT, now()).where(isRow(tx, connection)).execute();
    tx.dsl().deleteFrom(CREDENTIAL_CANDIDATE).where(CREDENTIAL_CANDIDATE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CREDENTIAL_CANDIDATE.CONNECTION_ID.eq(connection.value())).execute();
  }

  void insertCandidate(Tx tx, CredentialPlace place, byte[] sealed, NewCredential content) {
    tx.dsl().insertInto(CREDENTIAL_CANDIDATE).set(CREDENTIAL_CANDIDATE.WORKSPACE_ID, place.workspace().value())
        .set(CREDENTIAL_CANDIDATE.CONNECTION_ID, place.connection().value())
        .set(CREDENTIAL_CANDIDATE.ATTEMPT_ID, Objects.requireNonNull(place.attempt()))
        .set(CREDENTIAL_CANDIDATE.BASE_GENERATION, place.generation()).set(CREDENTIAL_CANDIDATE.SEALED, sealed)
        .set(CREDENTIAL_CANDIDATE.ACCESS_EXPIRES_AT, time(content.accessExpiresAt()))
        .set(CREDENTIAL_CANDIDATE.REFRESH_EXPIRES_AT, time(content.refreshExpiresAt())).onConflictDoNothing().execute();
  }

  List<Candidate> unusedCandidates(Tx tx, ConnectionId connection) {
    return tx.dsl()
        .select(CREDENTIAL_CANDIDATE.ATTEMPT_ID, CREDENTIAL_CANDIDATE.BASE_GENERATION, CREDENTIAL_CANDIDATE.SEALED,
            CREDENTIAL_CANDIDATE.CREATED_AT, CREDENTIAL_CANDIDATE.USED_AT, CONNECTION.INTEGRATION_ID, CONNECTION.PROVIDER)
        .from(CREDENTIAL_CANDIDATE).join(CONNECTION)
        .on(CONNECTION.WORKSPACE_ID.eq(CREDENTIAL_CANDIDATE.WORKSPACE_ID),
            CONNECTION.CONNECTION_ID.eq(CREDENTIAL_CANDIDATE.CONNECTION_ID))
        .where(CREDENTIAL_CANDIDATE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CREDENTIAL_CANDIDATE.CONNECTION_ID.eq(connection.value())).and(CREDENTIAL_CANDIDATE.USED_AT.isNull())
        .orderBy(CREDENTIAL_CANDIDATE.CREATED_AT.desc()).limit(CANDIDATES_MOST)
        .fetch(row -> new Candidate(
            new CredentialPlace(tx.workspace(), connection, new IntegrationId(row.value6()), row.value7(), row.value2(),
                row.value1()),
            row.value3(), row.value4().toInstant(), instant(row.value5())));
  }

  void used(Tx tx, ConnectionId connection, UUID attempt) {
    tx.dsl().update(CREDENTIAL_CANDIDATE).set(CREDENTIAL_CANDIDATE.USED_AT, now())
        .where(CREDENTIAL_CANDIDATE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CREDENTIAL_CANDIDATE.CONNECTION_ID.eq(connection.value())).and(CREDENTIAL_CANDIDATE.ATTEMPT_ID.eq(attempt))
        .execute();
  }

  static Condition joined() {
    return CONNECTION.WORKSPACE_ID.eq(CREDENTIAL.WORKSPACE_ID).and(CONNECTION.CONNECTION_ID.eq(CREDENTIAL.CONNECTION_ID));
  }

  static CredentialRow row(Record row) {
    return new CredentialRow(new WorkspaceId(row.get(CONNECTION.WORKSPACE_ID)),
        new ConnectionId(row.get(CONNECTION.CONNECTION_ID)),
        new IntegrationId(row.get(CONNECTION.INTEGRATION_ID)), row.get(CONNECTION.PROVIDER), row.get(CREDENTIAL.GENERATION),
        row.get(CREDENTIAL.SEALED), instant(row.get(CREDENTIAL.ACCESS_EXPIRES_AT)),
        instant(row.get(CREDENTIAL.REFRESH_EXPIRES_AT)), instant(row.get(CREDENTIAL.SECRET_EXPIRES_AT)),
        row.get(CREDENTIAL.ISSUED_AT).toInstant(), CredentialState.valueOf(row.get(CREDENTIAL.STATE)),
        ConnectionStatus.of(row.get(CONNECTION.STATUS)));
  }

  static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** The database's clock: rows of several replicas are compared by it. */
  static Field<OffsetDateTime> now() {
    return DSL.currentOffsetDateTime();
  }

  static Condition isRow(Tx tx, ConnectionId connection) {
    return CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value()).and(CREDENTIAL.CONNECTION_ID.eq(connection.value()));
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.sum(KeyId.counts(tx, CREDENTIAL, CREDENTIAL.WORKSPACE_ID, CREDENTIAL.SEALED),
        KeyId.counts(tx, CREDENTIAL_CANDIDATE, CREDENTIAL_CANDIDATE.WORKSPACE_ID, CREDENTIAL_CANDIDATE.SEALED));
  }

  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(CREDENTIAL, otherwise(tx, present))
        + (long) tx.dsl().fetchCount(CREDENTIAL_CANDIDATE, candidatesOtherwise(tx, present));
  }

  /** Candidates of the transaction's workspace that name another key, used ones too. */
  static List<Candidate> candidatesSealedOtherwise(Tx tx, KeyId present, int most) {
    return candidates(tx, candidatesOtherwise(tx, present), most);
  }

  private static List<Candidate> candidates(Tx tx, Condition which, int most) {
    return tx.dsl()
        .select(CREDENTIAL_CANDIDATE.ATTEMPT_ID, CREDENTIAL_CANDIDATE.BASE_GENERATION, CREDENTIAL_CANDIDATE.SEALED,
            CREDENTIAL_CANDIDATE.CREATED_AT, CREDENTIAL_CANDIDATE.USED_AT, CONNECTION.INTEGRATION_ID, CONNECTION.PROVIDER,
            CONNECTION.CONNECTION_ID)
        .from(CREDENTIAL_CANDIDATE).join(CONNECTION)
        .on(CONNECTION.WORKSPACE_ID.eq(CREDENTIAL_CANDIDATE.WORKSPACE_ID),
            CONNECTION.CONNECTION_ID.eq(CREDENTIAL_CANDIDATE.CONNECTION_ID))
        .where(which).limit(most)
        .fetch(row -> new Candidate(
            new CredentialPlace(tx.workspace(), new ConnectionId(row.value8()), new IntegrationId(row.value6()), row.value7(),
                row.value2(), row.value1()),
            row.value3(), row.value4().toInstant(), instant(row.value5())));
  }

  static int reseal(Tx tx, Candidate one, byte[] after) {
    return tx.dsl().update(CREDENTIAL_CANDIDATE).set(CREDENTIAL_CANDIDATE.SEALED, after)
        .where(CREDENTIAL_CANDIDATE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(CREDENTIAL_CANDIDATE.CONNECTION_ID.eq(one.connection().value()))
        .and(CREDENTIAL_CANDIDATE.ATTEMPT_ID.eq(one.attempt())).and(CREDENTIAL_CANDIDATE.SEALED.eq(one.sealed())).execute();
  }

  /** Shows every credential and candidate of the transaction's workspace, a few in memory at a time. */
  static void each(Tx tx, SealedVisitor visitor) {
    var credentials = tx.dsl().select(ROW).from(CREDENTIAL).join(CONNECTION).on(joined())
        .where(CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value())).and(CREDENTIAL.SEALED.isNotNull());
    try (Cursor<?> rows = credentials.fetchSize(PAGE).fetchLazy()) {
      rows.forEach(found -> {
        CredentialRow row = row(found);
        visitor.visit(CredentialVault.place(row).context(), CredentialVault.sealed(row));
      });
    }
    for (Candidate one : candidates(tx, CREDENTIAL_CANDIDATE.WORKSPACE_ID.eq(tx.workspace().value()), Integer.MAX_VALUE)) {
      visitor.visit(one.place().context(), one.sealed());
    }
  }

  /** Credentials of the transaction's workspace that name another key. */
  static Condition otherwise(Tx tx, KeyId present) {
    return CREDENTIAL.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(CREDENTIAL.SEALED));
  }

  private static Condition candidatesOtherwise(Tx tx, KeyId present) {
    return CREDENTIAL_CANDIDATE.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(CREDENTIAL_CANDIDATE.SEALED));
  }
}
