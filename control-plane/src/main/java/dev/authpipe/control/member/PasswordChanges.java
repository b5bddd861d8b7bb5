package dev.authpipe.control.member;

import java.time.Clock;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.mail.Postbox;
import dev.authpipe.control.member.password.PasswordHashes;
import dev.authpipe.control.secret.SecretText;

/** Sets new passwords; with each, the person's other sessions and open codes end in the same transaction. Thread-safe. */
@Singleton
final class PasswordChanges {
  private final Database database;
  private final PasswordHashes passwords;
  private final SignIn signIn;
  private final Sessions sessions;
  private final Presence presence;
  private final Pauses pauses;
  private final Postbox postbox;
  private final Letters letters;
  private final AuditLog audit;
  private final Clock clock;

  PasswordChanges(Database database, PasswordHashes passwords, SignIn signIn, Sessions sessions, Presence presence, Pauses pauses,
      Postbox postbox, Letters letters, AuditLog audit, Clock clock) {
    this.database = database;
    this.passwords = passwords;
    this.signIn = signIn;
    this.sessions = sessions;
    this.presence = presence;
    this.pauses = pauses;
    this.postbox = postbox;
    this.letters = letters;
    this.audit = audit;
    this.clock = clock;
  }

  /** Changes it in a session; answers the secret of the session's new id. */
  SecretText change(Session session, SecretText current, SecretText wanted, String requestId) {
    Person person = presence.person(session);
    if (person.passwordHash() == null) {
      throw new ProblemException(ErrorCode.CONFLICT, "There is no password yet; a reset code by mail sets one.");
    }
    PasswordRules.check(wanted, person.email());
    signIn.authenticate(person, current, requestId);
    String passwordHash = passwords.hash(wanted);
    SecretText secret = database.inWorkspace(Database.PLANE, tx -> {
      set(tx, person.id(), passwordHash, session.id(), requestId);
      return sessions.replace(tx, session);
    });
    postbox.post(letters.passwordChanged(person.email()));
    return secret;
  }

  /** Sets it with a code that was sent by mail, which also ends a pause, and signs in as far as the password leads. */
  SignInOutcome reset(SecretText code, SecretText wanted, @Nullable Session before, String requestId) {
    Person known = database.inWorkspace(Database.PLANE,
        tx -> MailCodeStore.find(tx, SecretHash.of(code), MailCodeStore.Purpose.RESET, clock.instant())
            .flatMap(id -> PersonStore.find(tx, id)))
        .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
    PasswordRules.check(wanted, known.email());
    String passwordHash = passwords.hash(wanted);
    SignInOutcome outcome = database.inWorkspace(Database.PLANE, tx -> {
      UUID id = MailCodeStore.use(tx, SecretHash.of(code), MailCodeStore.Purpose.RESET, clock.instant())
          .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
      set(tx, id, passwordHash, null, requestId);
      pauses.clear(tx, Pauses.Kind.PASSWORD, known.email().key());
      return signIn.proceed(tx, known, SignIn.PASSWORD, before, requestId);
    });
    postbox.post(letters.passwordChanged(known.email()));
    return outcome;
  }

  private void set(Tx tx, UUID person, String passwordHash, @Nullable UUID but, String requestId) {
    PersonStore.setPasswordHash(tx, person, passwordHash);
    MailCodeStore.deleteOfPerson(tx, person);
    int ended = sessions.endAll(tx, person, but);
    audit.append(tx, AuditEntry.of(AuditType.PASSWORD_CHANGED, AuditActor.person(person), AuditObject.person(person))
        .detail(AuditDetail.SESSIONS, ended).requestId(requestId).build());
  }
}
