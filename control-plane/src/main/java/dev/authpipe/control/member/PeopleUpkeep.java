package dev.authpipe.control.member;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Database;

/** Forgets what has run out: sessions, codes, pauses, invitations, and accounts whose address nobody proved in seven days. */
@Singleton
public final class PeopleUpkeep {
  private static final Duration UNVERIFIED_KEPT = Duration.ofDays(7);

  private final Database database;
  private final Sessions sessions;
  private final Invitations invitations;
  private final StrangerRefusals strangers;
  private final AuditLog audit;
  private final Clock clock;

  PeopleUpkeep(Database database, Sessions sessions, Invitations invitations, StrangerRefusals strangers, AuditLog audit,
      Clock clock) {
    this.database = database;
    this.sessions = sessions;
    this.invitations = invitations;
    this.strangers = strangers;
    this.audit = audit;
    this.clock = clock;
  }

  /** One run; replicas may run it at the same time. */
  public void run() {
    Instant now = clock.instant();
    database.run(Database.PLANE, tx -> {
      sessions.deleteExpired(tx);
      MailCodeStore.deleteExpired(tx, now);
      IdentityStore.deleteExpired(tx, now);
      PauseStore.deleteFailedBefore(tx, now.minus(Pauses.KEPT));
      for (UUID person : PersonStore.deleteUnverifiedBefore(tx, now.minus(UNVERIFIED_KEPT))) {
        audit.append(tx, AuditEntry.of(AuditType.PERSON_DELETED, AuditActor.system("member"), AuditObject.person(person))
            .reason("address_unverified").build());
      }
      strangers.record(tx);
    });
    invitations.forgetExpired();
  }
}
