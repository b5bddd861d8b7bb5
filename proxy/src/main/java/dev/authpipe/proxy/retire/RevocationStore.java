package dev.authpipe.proxy.retire;

import static dev.authpipe.db.vault.Tables.DUE_REVOCATIONS;
import static dev.authpipe.db.vault.Tables.OWED_REVOCATIONS;
import static dev.authpipe.db.vault.Tables.REVOCATION;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.inline;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.RevocationRecord;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** What is owed to revocation endpoints. Keeps ciphertext only while it is owed. */
@Singleton
final class RevocationStore {
  private static final int PAGE = 500;

  /** Adds one that is tried at once; without ciphertext it is still to be taken from the connection. */
  void add(Tx tx, Revocation one, byte @Nullable [] sealed) {
    ConnectionId connection = one.connection();
    tx.dsl().insertInto(REVOCATION).set(REVOCATION.WORKSPACE_ID, tx.workspace().value()).set(REVOCATION.REVOCATION_ID, one.id())
        .set(REVOCATION.CONNECTION_ID, connection == null ? null : connection.value())
        .set(REVOCATION.INTEGRATION_ID, one.integration().value()).set(REVOCATION.PROVIDER, one.provider())
        .set(REVOCATION.ACCOUNT_ID, one.account()).set(REVOCATION.ERASURE_ID, one.erasure())
        .set(REVOCATION.REASON, one.reason().word()).set(REVOCATION.STATE, one.state().word()).set(REVOCATION.SEALED, sealed)
        .execute();
  }

  /** Takes one up: others leave it alone for that long. Empty when it is done or somebody else has it. */
  Optional<Revocation> claim(Tx tx, UUID id, Duration length) {
    return tx.dsl().update(REVOCATION).set(REVOCATION.TRIES, REVOCATION.TRIES.plus(1))
        .set(REVOCATION.NEXT_AT, currentOffsetDateTime().add(inline(DayToSecond.valueOf(length)))).where(one(tx, id))
        .and(REVOCATION.STATE.eq(RevocationState.PENDING.word())).and(REVOCATION.NEXT_AT.le(currentOffsetDateTime()))
        .returning().fetchOptional(RevocationStore::row);
  }

  Optional<Revocation> find(Tx tx, UUID id) {
    return tx.dsl().selectFrom(REVOCATION).where(one(tx, id)).fetchOptional(RevocationStore::row);
  }

  /** The ciphertext, while it is owed. */
  byte @Nullable [] sealed(Tx tx, UUID id) {
    return tx.dsl().select(REVOCATION.SEALED).from(REVOCATION).where(one(tx, id)).fetchOne(REVOCATION.SEALED);
  }

  /** The ciphertext was moved here. */
  void taken(Tx tx, UUID id, byte[] sealed) {
    tx.dsl().update(REVOCATION).set(REVOCATION.SEALED, sealed).where(one(tx, id)).execute();
  }

  /** Tries again later. */
  void later(Tx tx, UUID id, String outcome, Duration pause) {
    tx.dsl().update(REVOCATION).set(REVOCATION.LAST_OUTCOME, outcome).set(REVOCATION.SET_ASIDE, false)
        .set(REVOCATION.NEXT_AT, currentOffsetDateTime().add(inline(DayToSecond.valueOf(pause)))).where(one(tx, id))
        .and(REVOCATION.STATE.eq(RevocationState.PENDING.word())).execute();
  }

  /** Remembers of which generation of its connection's credential one is. */
  void ofGeneration(Tx tx, UUID id, long generation) {
    tx.dsl().update(REVOCATION).set(REVOCATION.BASE_GENERATION, generation).where(one(tx, id)).execute();
  }

  /** Of which generation one is that was set aside. */
  Optional<Long> generation(Tx tx, UUID id) {
    return tx.dsl().select(REVOCATION.BASE_GENERATION).from(REVOCATION).where(one(tx, id))
        .fetchOptional(REVOCATION.BASE_GENERATION);
  }

  /** Takes back that one was taken up: it stays set aside for that long. */
  void holdBack(Tx tx, UUID id, Duration hold) {
    setAside(tx, id, hold);
    tx.dsl().update(REVOCATION).set(REVOCATION.TRIES, REVOCATION.TRIES.minus(1)).where(one(tx, id)).execute();
  }

  /** Keeps one from being tried before the hold is over. */
  void setAside(Tx tx, UUID id, Duration hold) {
    tx.dsl().update(REVOCATION).set(REVOCATION.SET_ASIDE, true)
        .set(REVOCATION.NEXT_AT, currentOffsetDateTime().add(inline(DayToSecond.valueOf(hold)))).where(one(tx, id))
        .and(REVOCATION.STATE.eq(RevocationState.PENDING.word())).execute();
  }

  /** Has one that was set aside tried at once. */
  void release(Tx tx, UUID id) {
    tx.dsl().update(REVOCATION).set(REVOCATION.NEXT_AT, currentOffsetDateTime()).where(one(tx, id))
        .and(REVOCATION.SET_ASIDE.isTrue()).execute();
  }

  /** Deletes one that was set aside and not tried. */
  void forget(Tx tx, UUID id) {
    tx.dsl().deleteFrom(REVOCATION).where(one(tx, id)).and(REVOCATION.SET_ASIDE.isTrue())
        .and(REVOCATION.STATE.eq(RevocationState.PENDING.word())).execute();
  }

  /** Ends one and erases its ciphertext. */
  void end(Tx tx, UUID id, RevocationState state, String outcome) {
    tx.dsl().update(REVOCATION).set(REVOCATION.STATE, state.word()).setNull(REVOCATION.SEALED)
        .set(REVOCATION.LAST_OUTCOME, outcome).set(REVOCATION.DONE_AT, currentOffsetDateTime()).where(one(tx, id)).execute();
  }

  /** Those of a connection, latest first. */
  List<Revocation> ofConnection(Tx tx, ConnectionId connection) {
    return tx.dsl().selectFrom(REVOCATION).where(REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REVOCATION.CONNECTION_ID.eq(connection.value()))
        .orderBy(REVOCATION.CREATED_AT.desc(), REVOCATION.REVOCATION_ID.desc())
        .limit(100).fetch(RevocationStore::row);
  }

  /** Puts what a connection still owes under an erasure. */
  void waitFor(Tx tx, ConnectionId connection, UUID erasure) {
    tx.dsl().update(REVOCATION).set(REVOCATION.ERASURE_ID, erasure).where(REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REVOCATION.CONNECTION_ID.eq(connection.value())).and(REVOCATION.ERASURE_ID.isNull()).execute();
  }

  /** As {@link #waitFor}, without what is done already; what was set aside for a renewal is tried at once. */
  void waitForOwed(Tx tx, ConnectionId connection, UUID erasure) {
    Condition owed = REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()).and(REVOCATION.CONNECTION_ID.eq(connection.value()))
        .and(REVOCATION.STATE.eq(RevocationState.PENDING.word())).and(REVOCATION.ERASURE_ID.isNull());
    tx.dsl().update(REVOCATION).set(REVOCATION.NEXT_AT, currentOffsetDateTime())
        .where(owed.and(REVOCATION.SET_ASIDE.isTrue())).execute();
    tx.dsl().update(REVOCATION).set(REVOCATION.ERASURE_ID, erasure).where(owed).execute();
  }

  /** Those an erasure waits for. */
  List<Revocation> ofErasure(Tx tx, UUID erasure) {
    return tx.dsl().selectFrom(REVOCATION).where(REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(REVOCATION.ERASURE_ID.eq(erasure)).orderBy(REVOCATION.CREATED_AT, REVOCATION.REVOCATION_ID)
        .fetch(RevocationStore::row);
  }

  /** How many of a workspace are owed: the backlog. */
  int pending(Tx tx) {
    return tx.dsl().fetchCount(REVOCATION,
        REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()).and(REVOCATION.STATE.eq(RevocationState.PENDING.word())));
  }

  /** Due ones of all workspaces, by id only. */
  List<RowKey> due(DSLContext dsl, int most) {
    return dsl.selectFrom(DUE_REVOCATIONS.call(most))
        .fetch(row -> new RowKey(new WorkspaceId(row.getWorkspaceId()), row.getRevocationId()));
  }

  /** What is owed in one database, over all its workspaces. */
  RevocationBacklog.Owed owed(DSLContext dsl, Instant now) {
    return dsl.selectFrom(OWED_REVOCATIONS.call()).fetchSingle(row -> {
      OffsetDateTime oldest = row.getOldest();
      return new RevocationBacklog.Owed(row.getOwed(), oldest == null ? null : oldest.toInstant(), now);
    });
  }

  private static Condition one(Tx tx, UUID id) {
    return REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()).and(REVOCATION.REVOCATION_ID.eq(id));
  }

  private static Revocation row(RevocationRecord row) {
    UUID connection = row.getConnectionId();
    return new Revocation(new WorkspaceId(row.getWorkspaceId()), row.getRevocationId(),
        connection == null ? null : new ConnectionId(connection), new IntegrationId(row.getIntegrationId()), row.getProvider(),
        row.getAccountId(), row.getErasureId(), RevocationReason.of(row.getReason()), RevocationState.of(row.getState()),
        row.getSealed() != null, row.getTries(), row.getCreatedAt().toInstant());
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(REVOCATION).where(REVOCATION.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** Shows what is owed of the transaction's workspace, a few in memory at a time. */
  static void each(Tx tx, SealedVisitor visitor) {
    var owed = tx.dsl().select(REVOCATION.REVOCATION_ID, REVOCATION.INTEGRATION_ID, REVOCATION.PROVIDER, REVOCATION.SEALED)
        .from(REVOCATION).where(REVOCATION.WORKSPACE_ID.eq(tx.workspace().value())).and(REVOCATION.SEALED.isNotNull());
    try (var rows = owed.fetchSize(PAGE).fetchLazy()) {
      rows.forEach(row -> visitor.visit(
          Revocation.context(tx.workspace(), row.value1(), new IntegrationId(row.value2()), row.value3()), row.value4()));
    }
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.counts(tx, REVOCATION, REVOCATION.WORKSPACE_ID, REVOCATION.SEALED);
  }

  /** How many records of the transaction's workspace name another key. */
  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(REVOCATION,
        REVOCATION.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(REVOCATION.SEALED)));
  }
}
