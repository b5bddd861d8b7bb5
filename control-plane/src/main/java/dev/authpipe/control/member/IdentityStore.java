package dev.authpipe.control.member;

import static dev.authpipe.control.member.PersonStore.utc;
import static dev.authpipe.db.control.Tables.IDENTITY;
import static dev.authpipe.db.control.Tables.IDENTITY_OFFER;
import static dev.authpipe.db.control.Tables.OIDC_TRANSACTION;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;

/** SQL of identities at OpenID providers and of what leads to them. What is used is deleted, so that it is used once. */
final class IdentityStore {
  /** An identity at a provider. */
  record Identity(String issuer, String subject) {}

  /** An identity that nobody has linked, with the address that its provider verified. */
  record Offer(Identity identity, String emailKey) {}

  /** A sign-in that is back from the provider. */
  static final class Transaction {
    private final byte @Nullable [] invitationHash;

    private Transaction(byte @Nullable [] invitationHash) {
      this.invitationHash = invitationHash;
    }

    byte @Nullable [] invitationHash() {
      return invitationHash;
    }
  }

  private IdentityStore() {}

  static Optional<UUID> person(Tx tx, Identity identity) {
    return tx.dsl().select(IDENTITY.PERSON_ID).from(IDENTITY).where(IDENTITY.ISSUER.eq(identity.issuer))
        .and(IDENTITY.SUBJECT.eq(identity.subject)).fetchOptional(IDENTITY.PERSON_ID);
  }

  /** Links an identity; false: it is linked already. */
  static boolean link(Tx tx, Identity identity, UUID person, Instant now) {
    return tx.dsl().insertInto(IDENTITY).set(IDENTITY.ISSUER, identity.issuer).set(IDENTITY.SUBJECT, identity.subject)
        .set(IDENTITY.PERSON_ID, person).set(IDENTITY.CREATED_AT, utc(now)).onConflictDoNothing().execute() == 1;
  }

  static List<Identity> ofPerson(Tx tx, UUID person) {
    return tx.dsl().selectFrom(IDENTITY).where(IDENTITY.PERSON_ID.eq(person)).orderBy(IDENTITY.CREATED_AT)
        .fetch(row -> new Identity(row.getIssuer(), row.getSubject()));
  }

  static void begin(Tx tx, byte[] secretHash, byte @Nullable [] invitationHash, Instant expiresAt) {
    tx.dsl().insertInto(OIDC_TRANSACTION).set(OIDC_TRANSACTION.SECRET_HASH, secretHash)
        .set(OIDC_TRANSACTION.INVITATION_HASH, invitationHash).set(OIDC_TRANSACTION.EXPIRES_AT, utc(expiresAt)).execute();
  }

  static Optional<Transaction> use(Tx tx, byte[] secretHash, Instant now) {
    return tx.dsl().deleteFrom(OIDC_TRANSACTION).where(OIDC_TRANSACTION.SECRET_HASH.eq(secretHash))
        .and(OIDC_TRANSACTION.EXPIRES_AT.gt(utc(now))).returning().fetchOptional()
        .map(row -> new Transaction(row.getInvitationHash()));
  }

  static void offer(Tx tx, byte[] secretHash, Offer offer, Instant expiresAt) {
    tx.dsl().insertInto(IDENTITY_OFFER).set(IDENTITY_OFFER.SECRET_HASH, secretHash)
        .set(IDENTITY_OFFER.ISSUER, offer.identity.issuer).set(IDENTITY_OFFER.SUBJECT, offer.identity.subject)
        .set(IDENTITY_OFFER.EMAIL_KEY, offer.emailKey).set(IDENTITY_OFFER.EXPIRES_AT, utc(expiresAt)).execute();
  }

  static Optional<Offer> takeOffer(Tx tx, byte[] secretHash, Instant now) {
    return tx.dsl().deleteFrom(IDENTITY_OFFER).where(IDENTITY_OFFER.SECRET_HASH.eq(secretHash))
        .and(IDENTITY_OFFER.EXPIRES_AT.gt(utc(now))).returning().fetchOptional()
        .map(row -> new Offer(new Identity(row.getIssuer(), row.getSubject()), row.getEmailKey()));
  }

  static void deleteExpired(Tx tx, Instant now) {
    tx.dsl().deleteFrom(OIDC_TRANSACTION).where(OIDC_TRANSACTION.EXPIRES_AT.le(utc(now))).execute();
    tx.dsl().deleteFrom(IDENTITY_OFFER).where(IDENTITY_OFFER.EXPIRES_AT.le(utc(now))).execute();
  }
}
