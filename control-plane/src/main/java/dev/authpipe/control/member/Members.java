package dev.authpipe.control.member;

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
import dev.authpipe.control.http.WorkspaceAccess;

/**
 * Who is what in a workspace. Whoever's role changes or ends is signed out everywhere in the same transaction. Never leaves a workspace without
 * an owner. Thread-safe.
 */
@Singleton
final class Members {
  private final Database database;
  private final Sessions sessions;
  private final AuditLog audit;

  Members(Database database, Sessions sessions, AuditLog audit) {
    this.database = database;
    this.sessions = sessions;
    this.audit = audit;
  }

  List<MemberStore.Row> list(WorkspaceAccess access, @Nullable UUID after, int most) {
    return database.inWorkspace(access.workspace(), tx -> MemberStore.list(tx, after, most));
  }

  /** Gives a member another role. Only an owner makes owners and changes them. */
  void changeRole(WorkspaceAccess access, UUID person, Role role, String requestId) {
    database.run(Database.PLANE, plane -> {
      plane.within(access.workspace(), tx -> {
        Role before = lock(tx, access, person, role == Role.OWNER);
        if (before == Role.OWNER && role != Role.OWNER) {
          keepAnOwner(tx, person);
        }
        MemberStore.setRole(tx, person, role);
        audit.append(tx, AuditEntry.of(AuditType.MEMBER_ROLE_CHANGED, AuditActor.of(access.session()), AuditObject.person(person))
            .detail(AuditDetail.ROLE, role.word()).detail(AuditDetail.ROLE_BEFORE, before.word()).requestId(requestId).build());
        return Boolean.TRUE;
      });
      sessions.endAllBy(plane, AuditActor.of(access.session()), person, null, requestId);
    });
  }

  /** Removes a member. Only an owner removes owners. */
  void remove(WorkspaceAccess access, UUID person, String requestId) {
    database.run(Database.PLANE, plane -> {
      plane.within(access.workspace(), tx -> {
        lock(tx, access, person, false);
        remove(tx, AuditActor.of(access.session()), person, requestId);
        return Boolean.TRUE;
      });
      sessions.endAllBy(plane, AuditActor.of(access.session()), person, null, requestId);
    });
  }

  /** Leaves the workspace; this session goes on without it. */
  void leave(WorkspaceAccess access, String requestId) {
    database.run(Database.PLANE, plane -> {
      plane.within(access.workspace(), tx -> {
        remove(tx, AuditActor.of(access.session()), access.session().person(), requestId);
        return Boolean.TRUE;
      });
      sessions.endAllBy(plane, AuditActor.of(access.session()), access.session().person(), access.session().id(), requestId);
    });
  }

  /** Ends a membership, in a transaction of the workspace, whoever wants it. */
  void remove(Tx tx, AuditActor actor, UUID person, String requestId) {
    MemberStore.lockOwners(tx); // before the member's own row: two owners who leave at once would wait for each other
    Role before = MemberStore.lock(tx, person).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if (before == Role.OWNER) {
      keepAnOwner(tx, person);
    }
    MemberStore.delete(tx, person);
    audit.append(tx, AuditEntry.of(AuditType.MEMBER_REMOVED, actor, AuditObject.person(person))
        .detail(AuditDetail.ROLE_BEFORE, before.word()).requestId(requestId).build());
  }

  private static Role lock(Tx tx, WorkspaceAccess access, UUID person, boolean toOwner) {
    List<UUID> owners = MemberStore.lockOwners(tx);
    Role before = MemberStore.lock(tx, person).orElseThrow(() -> new ProblemException(ErrorCode.NOT_FOUND));
    if ((toOwner || owners.contains(person)) && !Permission.WORKSPACE_OWN.isGivenTo(access.role())) {
      throw new ProblemException(ErrorCode.ROLE_MISSING, "Only an owner makes, changes or removes owners.");
    }
    return before;
  }

  private static void keepAnOwner(Tx tx, UUID person) {
    if (MemberStore.lockOwners(tx).stream().allMatch(person::equals)) {
      throw new ProblemException(ErrorCode.LAST_OWNER);
    }
  }
}
