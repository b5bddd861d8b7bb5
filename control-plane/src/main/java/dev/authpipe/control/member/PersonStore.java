package dev.authpipe.control.member;

import static dev.authpipe.db.control.Tables.PERSON;
import static dev.authpipe.db.control.Tables.RECOVERY_CODE;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.exception.IntegrityConstraintViolationException;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.db.control.tables.records.PersonRecord;

/** SQL of people and their second factors. Never joins two people of one address. */
final class PersonStore {
  private PersonStore() {}

  static void insert(Tx tx, Person person) {
    orTaken(() -> tx.dsl().insertInto(PERSON).set(PERSON.PERSON_ID, person.id()).set(PERSON.EMAIL, person.email().text())
        .set(PERSON.EMAIL_KEY, person.email().key()).set(PERSON.DISPLAY_NAME, person.displayName())
        .set(PERSON.VERIFIED_AT, time(person.verifiedAt())).set(PERSON.PASSWORD_HASH, person.passwordHash())
        .set(PERSON.CREATED_AT, utc(person.createdAt())).execute());
  }

  static Optional<Person> find(Tx tx, UUID id) {
    return tx.dsl().selectFrom(PERSON).where(PERSON.PERSON_ID.eq(id)).fetchOptional().map(PersonStore::person);
  }

  /** Lets one transaction after the other act for a person. */
  static void lock(Tx tx, UUID id) {
    tx.dsl().select(PERSON.PERSON_ID).from(PERSON).where(PERSON.PERSON_ID.eq(id)).forUpdate().execute();
  }

  /** Who signs in with an address: who verified it, else who claimed it last. */
  static Optional<Person> findByEmail(Tx tx, EmailAddress email) {
    return tx.dsl().selectFrom(PERSON).where(PERSON.EMAIL_KEY.eq(email.key()))
        .orderBy(PERSON.VERIFIED_AT.asc().nullsLast(), PERSON.CREATED_AT.desc()).limit(1).fetchOptional()
        .map(PersonStore::person);
  }

  static Optional<Person> findVerified(Tx tx, EmailAddress email) {
    return findByEmail(tx, email).filter(Person::isVerified);
  }

  /** Marks an address as proved; one that another person proved before is a problem. */
  static void verify(Tx tx, UUID id, Instant now) {
    orTaken(() -> tx.dsl().update(PERSON).set(PERSON.VERIFIED_AT, utc(now)).where(PERSON.PERSON_ID.eq(id))
        .and(PERSON.VERIFIED_AT.isNull()).execute());
  }

  static void setEmail(Tx tx, UUID id, EmailAddress email) {
    orTaken(() -> tx.dsl().update(PERSON).set(PERSON.EMAIL, email.text()).set(PERSON.EMAIL_KEY, email.key())
        .where(PERSON.PERSON_ID.eq(id)).execute());
  }

  static void setDisplayName(Tx tx, UUID id, String name) {
    tx.dsl().update(PERSON).set(PERSON.DISPLAY_NAME, name).where(PERSON.PERSON_ID.eq(id)).execute();
  }

  static void setPasswordHash(Tx tx, UUID id, String passwordHash) {
    tx.dsl().update(PERSON).set(PERSON.PASSWORD_HASH, passwordHash).where(PERSON.PERSON_ID.eq(id)).execute();
  }

  /** Notes a sign-in; whether it is the first. */
  static boolean signedIn(Tx tx, UUID id, Instant now) {
    return tx.dsl().update(PERSON).set(PERSON.FIRST_SIGNED_IN_AT, utc(now)).where(PERSON.PERSON_ID.eq(id))
        .and(PERSON.FIRST_SIGNED_IN_AT.isNull()).execute() == 1;
  }

  static void delete(Tx tx, UUID id) {
    tx.dsl().deleteFrom(PERSON).where(PERSON.PERSON_ID.eq(id)).execute();
  }

  /** Forgets who never proved an address; answers who. */
  static List<UUID> deleteUnverifiedBefore(Tx tx, Instant created) {
    return tx.dsl().deleteFrom(PERSON).where(PERSON.VERIFIED_AT.isNull()).and(PERSON.CREATED_AT.lt(utc(created)))
        .returningResult(PERSON.PERSON_ID).fetch(row -> row.value1());
  }

  /** Puts a sealed TOTP secret in place that still has to be confirmed; false: a confirmed one is there. */
  static boolean beginTotp(Tx tx, UUID id, byte[] sealed) {
    return tx.dsl().update(PERSON).set(PERSON.TOTP_SEALED, sealed).where(PERSON.PERSON_ID.eq(id))
        .and(PERSON.TOTP_CONFIRMED_AT.isNull()).execute() == 1;
  }

  /** Somebody who has a second factor. */
  static Optional<UUID> anybodyWithTotp(Tx tx) {
    return tx.dsl().select(PERSON.PERSON_ID).from(PERSON).where(PERSON.TOTP_CONFIRMED_AT.isNotNull()).limit(1)
        .fetchOptional(PERSON.PERSON_ID);
  }

  static byte @Nullable [] totpSealed(Tx tx, UUID id) {
    return tx.dsl().select(PERSON.TOTP_SEALED).from(PERSON).where(PERSON.PERSON_ID.eq(id)).fetchOptional(PERSON.TOTP_SEALED)
        .orElse(null);
  }

  /** Confirms the secret with its first step; false: another request was first. */
  static boolean confirmTotp(Tx tx, UUID id, long step, Instant now) {
    return tx.dsl().update(PERSON).set(PERSON.TOTP_CONFIRMED_AT, utc(now)).set(PERSON.TOTP_LAST_STEP, step)
        .where(PERSON.PERSON_ID.eq(id)).and(PERSON.TOTP_CONFIRMED_AT.isNull()).and(PERSON.TOTP_LAST_STEP.lt(step)).execute() == 1;
  }

  /** Uses a step up; false: it or a later one was used (RFC 6238 section 5.2). */
  static boolean useTotpStep(Tx tx, UUID id, long step) {
    return tx.dsl().update(PERSON).set(PERSON.TOTP_LAST_STEP, step).where(PERSON.PERSON_ID.eq(id))
        .and(PERSON.TOTP_CONFIRMED_AT.isNotNull()).and(PERSON.TOTP_LAST_STEP.lt(step)).execute() == 1;
  }

  static void removeTotp(Tx tx, UUID id) {
    tx.dsl().update(PERSON).setNull(PERSON.TOTP_CONFIRMED_AT).setNull(PERSON.TOTP_SEALED).where(PERSON.PERSON_ID.eq(id))
        .execute();
    tx.dsl().deleteFrom(RECOVERY_CODE).where(RECOVERY_CODE.PERSON_ID.eq(id)).execute();
  }

  static void putRecoveryCode(Tx tx, UUID id, byte[] codeHash) {
    tx.dsl().insertInto(RECOVERY_CODE, RECOVERY_CODE.PERSON_ID, RECOVERY_CODE.CODE_HASH).values(id, codeHash).execute();
  }

  /** Uses a recovery code up; false: there is none like it. */
  static boolean useRecoveryCode(Tx tx, UUID id, byte[] codeHash) {
    return tx.dsl().deleteFrom(RECOVERY_CODE).where(RECOVERY_CODE.PERSON_ID.eq(id)).and(RECOVERY_CODE.CODE_HASH.eq(codeHash))
        .execute() == 1;
  }

  static int recoveryCodes(Tx tx, UUID id) {
    return tx.dsl().fetchCount(RECOVERY_CODE, RECOVERY_CODE.PERSON_ID.eq(id));
  }

  private static void orTaken(Runnable change) {
    try {
      change.run();
    } catch (IntegrityConstraintViolationException taken) {
      throw new ProblemException(ErrorCode.CONFLICT, "Somebody else has this address.");
    }
  }

  private static Person person(PersonRecord row) {
    return new Person(row.getPersonId(), new EmailAddress(row.getEmail()), row.getDisplayName(), instant(row.getVerifiedAt()),
        row.getPasswordHash(), instant(row.getTotpConfirmedAt()), row.getCreatedAt().toInstant(),
        instant(row.getFirstSignedInAt()));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant time) {
    return time == null ? null : utc(time);
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
