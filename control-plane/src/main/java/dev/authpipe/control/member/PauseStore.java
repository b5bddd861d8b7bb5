package dev.authpipe.control.member;

import static dev.authpipe.control.member.PersonStore.utc;
import static dev.authpipe.db.control.Tables.SIGN_IN_PAUSE;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;

/** SQL of failures in a row. */
final class PauseStore {
  /** Failures so far, when the last was, and until when no attempt is looked at. */
  record Row(int failures, Instant failedAt, Instant pausedUntil) {}

  private PauseStore() {}

  /** The row, locked until the transaction ends; null: there were no failures, and this transaction has put a row in place. */
  static @Nullable Row lock(Tx tx, byte[] subject, Instant now) {
    int made = tx.dsl().insertInto(SIGN_IN_PAUSE).set(SIGN_IN_PAUSE.SUBJECT_HASH, subject).set(SIGN_IN_PAUSE.FAILURES, 1)
        .set(SIGN_IN_PAUSE.FAILED_AT, utc(now)).set(SIGN_IN_PAUSE.PAUSED_UNTIL, utc(now)).onConflictDoNothing().execute();
    if (made == 1) {
      return null;
    }
    return tx.dsl().selectFrom(SIGN_IN_PAUSE).where(SIGN_IN_PAUSE.SUBJECT_HASH.eq(subject)).forUpdate()
        .fetchOptional(row -> new Row(row.getFailures(), row.getFailedAt().toInstant(), row.getPausedUntil().toInstant()))
        .orElse(null);
  }

  static void update(Tx tx, byte[] subject, Row row) {
    tx.dsl().update(SIGN_IN_PAUSE).set(SIGN_IN_PAUSE.FAILURES, row.failures).set(SIGN_IN_PAUSE.FAILED_AT, utc(row.failedAt))
        .set(SIGN_IN_PAUSE.PAUSED_UNTIL, utc(row.pausedUntil)).where(SIGN_IN_PAUSE.SUBJECT_HASH.eq(subject)).execute();
  }

  static void delete(Tx tx, byte[] subject) {
    tx.dsl().deleteFrom(SIGN_IN_PAUSE).where(SIGN_IN_PAUSE.SUBJECT_HASH.eq(subject)).execute();
  }

  static void deleteFailedBefore(Tx tx, Instant before) {
    tx.dsl().deleteFrom(SIGN_IN_PAUSE).where(SIGN_IN_PAUSE.FAILED_AT.lt(utc(before))).execute();
  }
}
