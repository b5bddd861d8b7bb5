package dev.authpipe.proxy.caller;

import static dev.authpipe.db.vault.Tables.IDEMPOTENT_REQUEST;
import static dev.authpipe.db.vault.Tables.LIST_WORKSPACES;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record5;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.KeyId;
import dev.authpipe.proxy.envelope.SealedVisitor;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of idempotent requests; all times are the database's. Never sees an answer, only its sealed bytes. */
final class IdempotencyStore {
  private static final int PAGE = 100;
  static final Duration KEPT = Duration.ofHours(24);
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  private IdempotencyStore() {}

  /** What is there under the key, with the database's time. */
  static final class Row {
    private final byte[] requestHash;
    private final @Nullable Integer status;
    private final byte @Nullable [] sealed;
    private final OffsetDateTime since;
    private final OffsetDateTime now;

    Row(Record5<byte[], Integer, byte[], OffsetDateTime, OffsetDateTime> row) {
      this.requestHash = row.value1();
      this.status = row.value2();
      this.sealed = row.value3();
      this.since = row.value4();
      this.now = row.value5();
    }

    byte[] requestHash() {
      return requestHash.clone();
    }

    @Nullable
    Integer status() {
      return status;
    }

    byte @Nullable [] sealed() {
      return sealed;
    }

    Duration age() {
      return Duration.between(since, now);
    }
  }

  /** Inserts a claim; null when the key is taken. */
  static @Nullable OffsetDateTime insert(Tx tx, ApiKeyId key, byte[] keyHash, byte[] requestHash) {
    return tx.dsl().insertInto(IDEMPOTENT_REQUEST).set(IDEMPOTENT_REQUEST.WORKSPACE_ID, tx.workspace().value())
        .set(IDEMPOTENT_REQUEST.KEY_ID, key.value()).set(IDEMPOTENT_REQUEST.KEY_HASH, keyHash)
        .set(IDEMPOTENT_REQUEST.REQUEST_HASH, requestHash).set(IDEMPOTENT_REQUEST.CREATED_AT, NOW).onConflictDoNothing()
        .returningResult(IDEMPOTENT_REQUEST.CREATED_AT).fetchOne(IDEMPOTENT_REQUEST.CREATED_AT);
  }

  static @Nullable Row lock(Tx tx, ApiKeyId key, byte[] keyHash) {
    Record5<byte[], Integer, byte[], OffsetDateTime, OffsetDateTime> row = tx.dsl()
        .select(IDEMPOTENT_REQUEST.REQUEST_HASH, IDEMPOTENT_REQUEST.STATUS, IDEMPOTENT_REQUEST.SEALED_RESPONSE,
            IDEMPOTENT_REQUEST.CREATED_AT, NOW)
        .from(IDEMPOTENT_REQUEST).where(is(tx, key, keyHash)).forUpdate().fetchOne();
    return row == null ? null : new Row(row);
  }

  /** Takes over a row whose claim lapsed or whose answer is too old. */
  static OffsetDateTime claimAgain(Tx tx, ApiKeyId key, byte[] keyHash, byte[] requestHash) {
    return tx.dsl().update(IDEMPOTENT_REQUEST).set(IDEMPOTENT_REQUEST.REQUEST_HASH, requestHash)
        .setNull(IDEMPOTENT_REQUEST.STATUS).setNull(IDEMPOTENT_REQUEST.SEALED_RESPONSE).setNull(IDEMPOTENT_REQUEST.END_USER_ID)
        .set(IDEMPOTENT_REQUEST.CREATED_AT, NOW)
        .where(is(tx, key, keyHash)).returningResult(IDEMPOTENT_REQUEST.CREATED_AT).fetchSingle().value1();
  }

  /** How many claims that was: none when it lapsed and was taken over. */
  static int finish(Tx tx, IdempotencyClaim claim, int status, byte[] sealed, @Nullable UUID endUser) {
    return tx.dsl().update(IDEMPOTENT_REQUEST).set(IDEMPOTENT_REQUEST.STATUS, status)
        .set(IDEMPOTENT_REQUEST.SEALED_RESPONSE, sealed)
        .set(IDEMPOTENT_REQUEST.END_USER_ID, endUser).where(open(tx, claim)).execute();
  }

  static int erase(Tx tx, UUID endUser) {
    return tx.dsl().deleteFrom(IDEMPOTENT_REQUEST).where(IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(IDEMPOTENT_REQUEST.END_USER_ID.eq(endUser)).execute();
  }

  static void abandon(Tx tx, IdempotencyClaim claim) {
    tx.dsl().deleteFrom(IDEMPOTENT_REQUEST).where(open(tx, claim)).execute();
  }

  static List<WorkspaceId> workspaces(DSLContext dsl) {
    return dsl.select(LIST_WORKSPACES.WORKSPACE_ID).from(LIST_WORKSPACES.call()).fetch(row -> new WorkspaceId(row.value1()));
  }

  static int deleteOld(Tx tx) {
    return tx.dsl().deleteFrom(IDEMPOTENT_REQUEST).where(IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value())
        .and(IDEMPOTENT_REQUEST.CREATED_AT.lt(NOW.minus(DayToSecond.valueOf(KEPT))))).execute();
  }

  private static Condition is(Tx tx, ApiKeyId key, byte[] keyHash) {
    UUID workspace = tx.workspace().value();
    return IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(workspace).and(IDEMPOTENT_REQUEST.KEY_ID.eq(key.value()))
        .and(IDEMPOTENT_REQUEST.KEY_HASH.eq(keyHash));
  }

  /** The claim as long as nobody took it over. */
  private static Condition open(Tx tx, IdempotencyClaim claim) {
    return is(tx, claim.key(), claim.keyHash()).and(IDEMPOTENT_REQUEST.CREATED_AT.eq(claim.since()))
        .and(IDEMPOTENT_REQUEST.STATUS.isNull());
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(IDEMPOTENT_REQUEST).where(IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** Shows every remembered answer of the transaction's workspace, a few in memory at a time. */
  static void each(Tx tx, SealedVisitor visitor) {
    var answers = tx.dsl()
        .select(IDEMPOTENT_REQUEST.KEY_ID, IDEMPOTENT_REQUEST.KEY_HASH, IDEMPOTENT_REQUEST.REQUEST_HASH,
            IDEMPOTENT_REQUEST.SEALED_RESPONSE)
        .from(IDEMPOTENT_REQUEST).where(IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(IDEMPOTENT_REQUEST.SEALED_RESPONSE.isNotNull());
    try (var rows = answers.fetchSize(PAGE).fetchLazy()) {
      rows.forEach(row -> visitor.visit(
          IdempotencyClaim.context(tx.workspace(), new ApiKeyId(row.value1()), row.value2(), row.value3()), row.value4()));
    }
  }

  /** How many sealed records name which key. */
  static Map<KeyId, Long> counts(Tx tx) {
    return KeyId.counts(tx, IDEMPOTENT_REQUEST, IDEMPOTENT_REQUEST.WORKSPACE_ID, IDEMPOTENT_REQUEST.SEALED_RESPONSE);
  }

  /** How many records of the transaction's workspace name another key. */
  static long sealedOtherwise(Tx tx, KeyId present) {
    return tx.dsl().fetchCount(IDEMPOTENT_REQUEST,
        IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value()).and(present.differs(IDEMPOTENT_REQUEST.SEALED_RESPONSE)));
  }
}
