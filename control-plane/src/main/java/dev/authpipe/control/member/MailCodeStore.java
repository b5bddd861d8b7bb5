package dev.authpipe.control.member;

import static dev.authpipe.control.member.PersonStore.utc;
import static dev.authpipe.db.control.Tables.EMAIL_CHANGE;
import static dev.authpipe.db.control.Tables.MAIL_CODE;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;

import dev.authpipe.control.db.Tx;

/** SQL of codes that went by mail. A code is used by deleting its row, so that of two requests with one code one wins. */
final class MailCodeStore {
  /** What a code is for. */
  enum Purpose {
    VERIFY,
    RESET;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private MailCodeStore() {}

  /** Puts a code in place of the ones before it; false: one was sent since then and stays. */
  static boolean put(Tx tx, UUID person, Purpose purpose, byte[] codeHash, Instant now, Instant expiresAt, Instant sentSince) {
    Condition same = MAIL_CODE.PERSON_ID.eq(person).and(MAIL_CODE.PURPOSE.eq(purpose.word()));
    if (tx.dsl().fetchExists(MAIL_CODE, same.and(MAIL_CODE.SENT_AT.gt(utc(sentSince))))) {
      return false;
    }
    tx.dsl().deleteFrom(MAIL_CODE).where(same).execute();
    tx.dsl().insertInto(MAIL_CODE).set(MAIL_CODE.CODE_HASH, codeHash).set(MAIL_CODE.PERSON_ID, person)
        .set(MAIL_CODE.PURPOSE, purpose.word()).set(MAIL_CODE.SENT_AT, utc(now)).set(MAIL_CODE.EXPIRES_AT, utc(expiresAt))
        .execute();
    return true;
  }

  /** Whose code it is, without using it. */
  static Optional<UUID> find(Tx tx, byte[] codeHash, Purpose purpose, Instant now) {
    return tx.dsl().select(MAIL_CODE.PERSON_ID).from(MAIL_CODE).where(valid(codeHash, purpose, now))
        .fetchOptional(MAIL_CODE.PERSON_ID);
  }

  /** Uses a code up. */
  static Optional<UUID> use(Tx tx, byte[] codeHash, Purpose purpose, Instant now) {
    return tx.dsl().deleteFrom(MAIL_CODE).where(valid(codeHash, purpose, now)).returningResult(MAIL_CODE.PERSON_ID)
        .fetchOptional(MAIL_CODE.PERSON_ID);
  }

  private static Condition valid(byte[] codeHash, Purpose purpose, Instant now) {
    return MAIL_CODE.CODE_HASH.eq(codeHash).and(MAIL_CODE.PURPOSE.eq(purpose.word())).and(MAIL_CODE.EXPIRES_AT.gt(utc(now)));
  }

  /** Forgets codes of a person: they were sent to an address, or for a password, that is no longer theirs. */
  static void deleteOfPerson(Tx tx, UUID person) {
    tx.dsl().deleteFrom(MAIL_CODE).where(MAIL_CODE.PERSON_ID.eq(person)).execute();
    tx.dsl().deleteFrom(EMAIL_CHANGE).where(EMAIL_CHANGE.PERSON_ID.eq(person)).execute();
  }

  static void putChange(Tx tx, UUID person, EmailAddress email, byte[] oldHash, byte[] newHash, Instant expiresAt) {
    tx.dsl().deleteFrom(EMAIL_CHANGE).where(EMAIL_CHANGE.PERSON_ID.eq(person)).execute();
    tx.dsl().insertInto(EMAIL_CHANGE).set(EMAIL_CHANGE.PERSON_ID, person).set(EMAIL_CHANGE.EMAIL, email.text())
        .set(EMAIL_CHANGE.EMAIL_KEY, email.key()).set(EMAIL_CHANGE.OLD_CODE_HASH, oldHash)
        .set(EMAIL_CHANGE.NEW_CODE_HASH, newHash).set(EMAIL_CHANGE.EXPIRES_AT, utc(expiresAt)).execute();
  }

  /** Uses both codes up; a wrong one leaves both. */
  static Optional<EmailAddress> useChange(Tx tx, UUID person, byte[] oldHash, byte[] newHash, Instant now) {
    return tx.dsl().deleteFrom(EMAIL_CHANGE).where(EMAIL_CHANGE.PERSON_ID.eq(person))
        .and(EMAIL_CHANGE.OLD_CODE_HASH.eq(oldHash)).and(EMAIL_CHANGE.NEW_CODE_HASH.eq(newHash))
        .and(EMAIL_CHANGE.EXPIRES_AT.gt(utc(now))).returningResult(EMAIL_CHANGE.EMAIL).fetchOptional(EMAIL_CHANGE.EMAIL)
        .map(EmailAddress::new);
  }

  static void deleteExpired(Tx tx, Instant now) {
    tx.dsl().deleteFrom(MAIL_CODE).where(MAIL_CODE.EXPIRES_AT.le(utc(now))).execute();
    tx.dsl().deleteFrom(EMAIL_CHANGE).where(EMAIL_CHANGE.EXPIRES_AT.le(utc(now))).execute();
  }
}
