package dev.authpipe.control.member;

import static dev.authpipe.control.member.PersonStore.utc;
import static dev.authpipe.db.control.Tables.PERSON_SESSION;
import static dev.authpipe.db.control.Tables.SECOND_STEP;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.PersonSessionRecord;

/** SQL of sessions and of sign-ins that await their second step. Never holds what a cookie holds. */
final class SessionStore {
  /**
   * A session that is alive.
   *
   * @param first begun by the person's first sign-in
   */
  record Row(UUID id, UUID person, boolean first, Instant createdAt, Instant lastUsedAt) {}

  /** Who awaits the second step, and what the first was. */
  record Step(UUID person, String factor) {}

  private SessionStore() {}

  static void insert(Tx tx, Row row, byte[] secretHash) {
    tx.dsl().insertInto(PERSON_SESSION).set(PERSON_SESSION.SESSION_ID, row.id).set(PERSON_SESSION.SECRET_HASH, secretHash)
        .set(PERSON_SESSION.PERSON_ID, row.person).set(PERSON_SESSION.FIRST, row.first)
        .set(PERSON_SESSION.CREATED_AT, utc(row.createdAt)).set(PERSON_SESSION.LAST_USED_AT, utc(row.lastUsedAt)).execute();
  }

  static Optional<Row> find(Tx tx, byte[] secretHash, Instant createdAfter, Instant usedAfter) {
    return tx.dsl().selectFrom(PERSON_SESSION).where(PERSON_SESSION.SECRET_HASH.eq(secretHash))
        .and(PERSON_SESSION.CREATED_AT.gt(utc(createdAfter))).and(PERSON_SESSION.LAST_USED_AT.gt(utc(usedAfter))).fetchOptional()
        .map(SessionStore::row);
  }

  static List<Row> ofPerson(Tx tx, UUID person, Instant createdAfter, Instant usedAfter) {
    return tx.dsl().selectFrom(PERSON_SESSION).where(PERSON_SESSION.PERSON_ID.eq(person))
        .and(PERSON_SESSION.CREATED_AT.gt(utc(createdAfter))).and(PERSON_SESSION.LAST_USED_AT.gt(utc(usedAfter)))
        .orderBy(PERSON_SESSION.CREATED_AT).fetch(SessionStore::row);
  }

  static void touch(Tx tx, UUID id, Instant now) {
    tx.dsl().update(PERSON_SESSION).set(PERSON_SESSION.LAST_USED_AT, utc(now)).where(PERSON_SESSION.SESSION_ID.eq(id)).execute();
  }

  /** Gives a session another id and secret; false: it ended meanwhile. */
  static boolean replace(Tx tx, UUID id, UUID newId, byte[] secretHash) {
    return tx.dsl().update(PERSON_SESSION).set(PERSON_SESSION.SESSION_ID, newId).set(PERSON_SESSION.SECRET_HASH, secretHash)
        .where(PERSON_SESSION.SESSION_ID.eq(id)).execute() == 1;
  }

  static int delete(Tx tx, UUID id) {
    return tx.dsl().deleteFrom(PERSON_SESSION).where(PERSON_SESSION.SESSION_ID.eq(id)).execute();
  }

  /** Ends a person's sessions but one, and the sign-ins under way; null: all of them. */
  static int deleteOfPerson(Tx tx, UUID person, @Nullable UUID but) {
    tx.dsl().deleteFrom(SECOND_STEP).where(SECOND_STEP.PERSON_ID.eq(person)).execute();
    return tx.dsl().deleteFrom(PERSON_SESSION).where(PERSON_SESSION.PERSON_ID.eq(person))
        .and(but == null ? org.jooq.impl.DSL.noCondition() : PERSON_SESSION.SESSION_ID.ne(but)).execute();
  }

  static void insertStep(Tx tx, byte[] secretHash, Step step, Instant expiresAt) {
    tx.dsl().insertInto(SECOND_STEP).set(SECOND_STEP.SECRET_HASH, secretHash).set(SECOND_STEP.PERSON_ID, step.person)
        .set(SECOND_STEP.FACTOR, step.factor).set(SECOND_STEP.EXPIRES_AT, utc(expiresAt)).execute();
  }

  static Optional<Step> findStep(Tx tx, byte[] secretHash, Instant now) {
    return tx.dsl().selectFrom(SECOND_STEP).where(SECOND_STEP.SECRET_HASH.eq(secretHash))
        .and(SECOND_STEP.EXPIRES_AT.gt(utc(now))).fetchOptional().map(row -> new Step(row.getPersonId(), row.getFactor()));
  }

  /** Uses a step up; false: another request did. */
  static boolean deleteStep(Tx tx, byte[] secretHash) {
    return tx.dsl().deleteFrom(SECOND_STEP).where(SECOND_STEP.SECRET_HASH.eq(secretHash)).execute() == 1;
  }

  static void deleteExpired(Tx tx, Instant createdBefore, Instant usedBefore, Instant now) {
    tx.dsl().deleteFrom(PERSON_SESSION)
        .where(PERSON_SESSION.CREATED_AT.le(utc(createdBefore)).or(PERSON_SESSION.LAST_USED_AT.le(utc(usedBefore)))).execute();
    tx.dsl().deleteFrom(SECOND_STEP).where(SECOND_STEP.EXPIRES_AT.le(utc(now))).execute();
  }

  private static Row row(PersonSessionRecord row) {
    return new Row(row.getSessionId(), row.getPersonId(), row.getFirst(), row.getCreatedAt().toInstant(),
        row.getLastUsedAt().toInstant());
  }
}
