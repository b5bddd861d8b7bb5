package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.mail.Postbox;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.wire.WorkspaceId;

/** What people do with their own account: names, addresses, export, deletion. Never touches anybody else. Thread-safe. */
@Singleton
final class Accounts {
  private static final Duration CHANGE_VALID = Duration.ofHours(24);

  private final Database database;
  private final Members members;
  private final Sessions sessions;
  private final Postbox postbox;
  private final Letters letters;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  Accounts(Database database, Members members, Sessions sessions, Postbox postbox, Letters letters, AuditLog audit,
      Randomness randomness, Clock clock) {
    this.database = database;
    this.members = members;
    this.sessions = sessions;
    this.postbox = postbox;
    this.letters = letters;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  void rename(Session session, String displayName, String requestId) {
    database.run(Database.PLANE, tx -> {
      PersonStore.setDisplayName(tx, session.person(), displayName);
      audit.append(tx, event(AuditType.PERSON_CHANGED, session.person(), requestId).build());
    });
  }

  /** Sends a code to the address of now and one to the wanted one. Whether the wanted one is taken is not told. */
  void requestEmail(Person person, EmailAddress wanted, String requestId) {
    SecretText oldCode = randomness.base64url256();
    SecretText newCode = randomness.base64url256();
    Instant expiresAt = clock.instant().plus(CHANGE_VALID);
    database.run(Database.PLANE, tx -> {
      MailCodeStore.putChange(tx, person.id(), wanted, SecretHash.of(oldCode), SecretHash.of(newCode), expiresAt);
      audit.append(tx, event(AuditType.EMAIL_CHANGE_REQUESTED, person.id(), requestId).detail(AuditDetail.EXPIRES_AT, expiresAt)
          .build());
    });
    postbox.post(letters.changeOfOld(person.email(), oldCode));
    postbox.post(letters.changeOfNew(wanted, newCode));
  }

  /** Changes the address once both are proved; answers the secret of the session's new id. */
  SecretText changeEmail(Session session, SecretText oldCode, SecretText newCode, String requestId) {
    return database.inWorkspace(Database.PLANE, tx -> {
      EmailAddress wanted = MailCodeStore
          .useChange(tx, session.person(), SecretHash.of(oldCode), SecretHash.of(newCode), clock.instant())
          .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
      PersonStore.setEmail(tx, session.person(), wanted);
      MailCodeStore.deleteOfPerson(tx, session.person());
      int ended = sessions.endAll(tx, session.person(), session.id());
      audit.append(tx, event(AuditType.EMAIL_CHANGED, session.person(), requestId).detail(AuditDetail.SESSIONS, ended).build());
      return sessions.replace(tx, session);
    });
  }

  /** Everything held about the person, without what proves them. */
  PersonExport export(Session session, String requestId) {
    return database.inWorkspace(Database.PLANE, tx -> {
      Person person = PersonStore.find(tx, session.person()).orElseThrow(() -> new ProblemException(ErrorCode.UNAUTHENTICATED));
      audit.append(tx, event(AuditType.PERSON_EXPORTED, person.id(), requestId).build());
      List<PersonExport.Membership> memberships = MemberStore.rolesOf(tx, person.id()).entrySet().stream()
          .map(entry -> new PersonExport.Membership(entry.getKey().toString(), entry.getValue().word())).toList();
      List<PersonExport.Identity> identities = IdentityStore.ofPerson(tx, person.id()).stream()
          .map(identity -> new PersonExport.Identity(identity.issuer(), identity.subject())).toList();
      List<PersonExport.OpenSession> open = sessions.ofPerson(tx, person.id()).stream()
          .map(row -> new PersonExport.OpenSession(row.id().toString(), row.createdAt(), row.lastUsedAt())).toList();
      return new PersonExport(person.id().toString(), person.email().text(), person.displayName(), person.createdAt(),
          person.verifiedAt(), person.firstSignedInAt(), person.passwordHash() != null, person.totpConfirmedAt(),
          PersonStore.recoveryCodes(tx, person.id()), memberships, identities, open);
    });
  }

  /** Deletes the account with all that leads to the person; memberships end with events of their own. */
  void delete(Session session, String requestId) {
    database.run(Database.PLANE, tx -> {
      UUID person = session.person();
      for (WorkspaceId workspace : MemberStore.rolesOf(tx, person).keySet().stream()
          .sorted(java.util.Comparator.comparing(WorkspaceId::value)).toList()) {
        tx.within(workspace, (Tx bound) -> {
          members.remove(bound, AuditActor.of(session), person, requestId);
          return Boolean.TRUE;
        });
      }
      PersonStore.delete(tx, person);
      audit.append(tx, event(AuditType.PERSON_DELETED, person, requestId).build());
    });
  }

  private static AuditEntry.Builder event(AuditType type, UUID person, String requestId) {
    return AuditEntry.of(type, AuditActor.person(person), AuditObject.person(person)).requestId(requestId);
  }
}
