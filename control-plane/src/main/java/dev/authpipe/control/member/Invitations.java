package dev.authpipe.control.member;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
import dev.authpipe.control.http.Permission;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.http.WorkspaceAccess;
import dev.authpipe.control.mail.Letter;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.control.workspace.Workspaces;
import dev.authpipe.wire.WorkspaceId;

/**
 * Invitations, each with a code that works once and for seven days. The code goes by mail and is never shown to who invites; only an operator
 * at the command line sees that of the first person. Thread-safe.
 */
@Singleton
public final class Invitations {
  private static final Duration VALID = Duration.ofDays(7);

  /** An invitation that was just used up. */
  record Used(WorkspaceId workspace, InvitationStore.Row row) {}

  /** An invitation that was just made, and the letter that takes the code. */
  record Made(InvitationStore.Row row, Letter letter) {}

  private final Database database;
  private final Workspaces workspaces;
  private final Sessions sessions;
  private final Letters letters;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  Invitations(Database database, Workspaces workspaces, Sessions sessions, Letters letters, AuditLog audit, Randomness randomness,
      Clock clock) {
    this.database = database;
    this.workspaces = workspaces;
    this.sessions = sessions;
    this.letters = letters;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /**
   * Lets somebody in who is no member of anything yet, at the wish of the operator.
   *
   * @return the link with the code, to be shown once
   * @throws IllegalArgumentException if that is no mail address
   */
  public URI inviteByOperator(String address) {
    EmailAddress email = new EmailAddress(address);
    SecretText code = randomness.base64url256();
    database.run(Database.PLANE, tx -> {
      InvitationStore.takeFor(tx, email);
      InvitationStore.insert(tx, row(email, null, false, null), SecretHash.of(code));
      audit.append(tx, AuditEntry
          .of(AuditType.OPERATOR_COMMAND_RUN, AuditActor.operator(), AuditObject.operatorCommand("control-plane.invite"))
          .build());
    });
    return letters.invitationLink(code);
  }

  /** Invites into a workspace, within its plan; an invitation of the same address before it is withdrawn. */
  Made invite(Tx tx, WorkspaceAccess access, EmailAddress email, Role role, String requestId) {
    if (role == Role.OWNER && !Permission.WORKSPACE_OWN.isGivenTo(access.role())) {
      throw new ProblemException(ErrorCode.ROLE_MISSING, "Only an owner makes owners.");
    }
    int most = workspaces.lockPlan(tx).members();
    if (MemberStore.hasMember(tx, email)) {
      throw new ProblemException(ErrorCode.CONFLICT, "There is a member with this address.");
    }
    InvitationStore.takeFor(tx, email).forEach(id -> withdrawn(tx, AuditActor.of(access.session()), id, "replaced", requestId));
    if (MemberStore.count(tx) + InvitationStore.countOpen(tx, clock.instant()) >= most) {
      throw new ProblemException(ErrorCode.PLAN_LIMIT_REACHED);
    }
    SecretText code = randomness.base64url256();
    InvitationStore.Row row = row(email, role, true, access.session().person());
    InvitationStore.insert(tx, row, SecretHash.of(code));
    audit.append(tx, AuditEntry.of(AuditType.MEMBER_INVITED, AuditActor.of(access.session()), AuditObject.invitation(row.id()))
        .detail(AuditDetail.ROLE, role.word()).detail(AuditDetail.EXPIRES_AT, row.expiresAt()).requestId(requestId).build());
    return new Made(row, letters.invitation(email, code));
  }

  List<InvitationStore.Row> list(WorkspaceAccess access, @Nullable UUID after, int most) {
    return database.inWorkspace(access.workspace(), tx -> InvitationStore.list(tx, after, most, clock.instant()));
  }

  void withdraw(WorkspaceAccess access, UUID id, String requestId) {
    database.run(access.workspace(), tx -> {
      if (InvitationStore.take(tx, id).isEmpty()) {
        throw new ProblemException(ErrorCode.NOT_FOUND);
      }
      withdrawn(tx, AuditActor.of(access.session()), id, null, requestId);
    });
  }

  /** What a code invites to, without using it. */
  InvitationStore.Row read(SecretText code) {
    return database.inWorkspace(Database.PLANE, plane -> InvitationStore.find(plane, SecretHash.of(code))
        .flatMap(place -> plane.within(place.workspace(), tx -> InvitationStore.find(tx, place.id())))
        .filter(row -> row.expiresAt().isAfter(clock.instant()))).orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
  }

  /** Uses a code up, in a transaction bound to the plane. */
  Used use(Tx plane, byte[] codeHash) {
    return InvitationStore.find(plane, codeHash)
        .flatMap(place -> plane.within(place.workspace(), tx -> InvitationStore.take(tx, place.id()))
            .map(row -> new Used(place.workspace(), row)))
        .filter(used -> used.row().expiresAt().isAfter(clock.instant()))
        .orElseThrow(() -> new ProblemException(ErrorCode.CODE_INVALID));
  }

  /** Makes a person a member as the invitation says; one of the plane makes nobody a member. */
  void join(Tx plane, Used used, UUID person, String requestId) {
    Role role = used.row().role();
    if (role == null) {
      return;
    }
    plane.within(used.workspace(), tx -> {
      if (MemberStore.count(tx) >= workspaces.lockPlan(tx).members()) {
        throw new ProblemException(ErrorCode.PLAN_LIMIT_REACHED);
      }
      if (!MemberStore.insert(tx, person, role, clock.instant())) {
        throw new ProblemException(ErrorCode.CONFLICT, "You are a member of this workspace.");
      }
      audit.append(tx, AuditEntry.of(AuditType.MEMBER_JOINED, AuditActor.person(person), AuditObject.person(person))
          .detail(AuditDetail.ROLE, role.word()).detail(AuditDetail.INVITATION, used.row().id()).requestId(requestId).build());
      return Boolean.TRUE;
    });
  }

  /** Accepts an invitation as who has an account with its address; answers the secret of the session's new id. */
  SecretText accept(Session session, SecretText code, String requestId) {
    return database.inWorkspace(Database.PLANE, plane -> {
      Used used = use(plane, SecretHash.of(code));
      boolean theirs = PersonStore.find(plane, session.person())
          .filter(person -> person.isVerified() && person.email().key().equals(used.row().email().key())).isPresent();
      if (!theirs) {
        throw new ProblemException(ErrorCode.CODE_INVALID, "This invitation is for another address.");
      }
      join(plane, used, session.person(), requestId);
      return sessions.replace(plane, session);
    });
  }

  /** Takes away what nobody accepted in time: scheduled work. */
  void forgetExpired() {
    for (InvitationStore.Place place : database.inWorkspace(Database.PLANE, tx -> InvitationStore.expired(tx, clock.instant()))) {
      database.run(place.workspace(), tx -> {
        if (InvitationStore.take(tx, place.id()).isPresent()) {
          withdrawn(tx, AuditActor.system("member"), place.id(), "expired", null);
        }
      });
    }
  }

  private InvitationStore.Row row(EmailAddress email, @Nullable Role role, boolean mailed, @Nullable UUID invitedBy) {
    Instant now = clock.instant();
    return new InvitationStore.Row(randomness.uuidV4(), email, role, mailed, invitedBy, now, now.plus(VALID));
  }

  private void withdrawn(Tx tx, AuditActor actor, UUID id, @Nullable String reason, @Nullable String requestId) {
    audit.append(tx, AuditEntry.of(AuditType.INVITATION_WITHDRAWN, actor, AuditObject.invitation(id)).reason(reason)
        .requestId(requestId).build());
  }
}
