package dev.authpipe.control.http;

import static dev.authpipe.db.control.Tables.IDEMPOTENT_REQUEST;
import static dev.authpipe.db.control.Tables.LIST_OLD_IDEMPOTENT_REQUESTS;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record3;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.wire.WorkspaceId;

/** SQL of idempotent requests; all times are the database's. Holds hashes of keys and requests, never themselves. */
final class IdempotencyStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final Condition OLD = IDEMPOTENT_REQUEST.CREATED_AT.lt(NOW.minus(DayToSecond.valueOf(Duration.ofHours(24))));

  private IdempotencyStore() {}

  /** Who asks what under which key. A class of its own, for records compare arrays by identity. */
  static final class Claim {
    private final UUID person;
    private final byte[] keyHash;
    private final byte[] requestHash;

    Claim(UUID person, byte[] keyHash, byte[] requestHash) {
      this.person = person;
      this.keyHash = keyHash;
      this.requestHash = requestHash;
    }

    private Condition row(Tx tx) {
      return IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value()).and(IDEMPOTENT_REQUEST.PERSON_ID.eq(person))
          .and(IDEMPOTENT_REQUEST.KEY_HASH.eq(keyHash));
    }
  }

  /** What was asked and answered under a key before. */
  static final class Row {
    private final byte[] requestHash;
    private final int status;
    private final byte[] answer;

    private Row(Record3<byte[], Integer, byte[]> row) {
      this.requestHash = row.value1();
      this.status = row.value2();
      this.answer = row.value3();
    }

    boolean isOf(Claim claim) {
      return MessageDigest.isEqual(requestHash, claim.requestHash);
    }

    int status() {
      return status;
    }

    byte[] answer() {
      return answer;
    }
  }

  /** Takes the key, waiting for a transaction that has it; null: it is ours now. */
  static @Nullable Row claim(Tx tx, Claim claim) {
    tx.dsl().deleteFrom(IDEMPOTENT_REQUEST).where(claim.row(tx)).and(OLD).execute();
    int taken = tx.dsl().insertInto(IDEMPOTENT_REQUEST).set(IDEMPOTENT_REQUEST.WORKSPACE_ID, tx.workspace().value())
        .set(IDEMPOTENT_REQUEST.PERSON_ID, claim.person).set(IDEMPOTENT_REQUEST.KEY_HASH, claim.keyHash)
        .set(IDEMPOTENT_REQUEST.REQUEST_HASH, claim.requestHash).set(IDEMPOTENT_REQUEST.CREATED_AT, NOW).onConflictDoNothing()
        .execute();
    if (taken == 1) {
      return null;
    }
    return new Row(tx.dsl().select(IDEMPOTENT_REQUEST.REQUEST_HASH, IDEMPOTENT_REQUEST.STATUS, IDEMPOTENT_REQUEST.ANSWER)
        .from(IDEMPOTENT_REQUEST).where(claim.row(tx)).fetchSingle());
  }

  static void finish(Tx tx, Claim claim, int status, byte[] answer) {
    tx.dsl().update(IDEMPOTENT_REQUEST).set(IDEMPOTENT_REQUEST.STATUS, status).set(IDEMPOTENT_REQUEST.ANSWER, answer)
        .where(claim.row(tx)).execute();
  }

  static List<WorkspaceId> workspacesWithOld(DSLContext dsl) {
    return dsl.select(LIST_OLD_IDEMPOTENT_REQUESTS.WORKSPACE_ID).from(LIST_OLD_IDEMPOTENT_REQUESTS.call())
        .fetch(row -> new WorkspaceId(row.value1()));
  }

  static void deleteOld(Tx tx) {
    tx.dsl().deleteFrom(IDEMPOTENT_REQUEST).where(IDEMPOTENT_REQUEST.WORKSPACE_ID.eq(tx.workspace().value())).and(OLD).execute();
  }
}
