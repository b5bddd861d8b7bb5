package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.mail.Letter;
import dev.authpipe.control.mail.Postbox;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/**
 * Sends codes that prove an address: to verify one (24 hours) and to set a new password (one hour). A newer code takes the place of the one
 * before; within a minute none is sent, so that nobody's mailbox is filled. Never answers whether one was sent.
 */
@Singleton
final class MailCodes {
  static final Duration VERIFY_VALID = Duration.ofHours(24);
  static final Duration RESET_VALID = Duration.ofHours(1);
  private static final Duration BETWEEN = Duration.ofMinutes(1);

  private final Database database;
  private final Postbox postbox;
  private final Letters letters;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  MailCodes(Database database, Postbox postbox, Letters letters, AuditLog audit, Randomness randomness, Clock clock) {
    this.database = database;
    this.postbox = postbox;
    this.letters = letters;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Sends a code to somebody who claims an address. */
  void sendVerification(Person person) {
    SecretText code = randomness.base64url256();
    if (database.inWorkspace(Database.PLANE,
        tx -> put(tx, person.id(), MailCodeStore.Purpose.VERIFY, code, VERIFY_VALID))) {
      postbox.post(letters.verification(person.email(), code));
    }
  }

  /** Sends a code to who verified the address, if somebody did; found out later, so that the answer's time does not tell (S83). */
  void sendReset(EmailAddress email, String requestId) {
    postbox.post(() -> reset(email, requestId));
  }

  private Optional<Letter> reset(EmailAddress email, String requestId) {
    SecretText code = randomness.base64url256();
    boolean sent = database.inWorkspace(Database.PLANE, tx -> PersonStore.findVerified(tx, email).map(person -> {
      boolean put = put(tx, person.id(), MailCodeStore.Purpose.RESET, code, RESET_VALID);
      if (put) {
        audit.append(tx, AuditEntry.of(AuditType.PASSWORD_RESET_REQUESTED, AuditActor.stranger(), AuditObject.person(person.id()))
            .detail(AuditDetail.EXPIRES_AT, clock.instant().plus(RESET_VALID)).requestId(requestId).build());
      }
      return put;
    }).orElse(Boolean.FALSE));
    return sent ? Optional.of(letters.reset(email, code)) : Optional.empty();
  }

  private boolean put(Tx tx, UUID person, MailCodeStore.Purpose purpose, SecretText code, Duration valid) {
    Instant now = clock.instant();
    PersonStore.lock(tx, person);
    return MailCodeStore.put(tx, person, purpose, SecretHash.of(code), now, now.plus(valid), now.minus(BETWEEN));
  }
}
