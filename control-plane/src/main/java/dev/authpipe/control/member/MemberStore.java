package dev.authpipe.control.member;

import static dev.authpipe.control.member.PersonStore.utc;
import static dev.authpipe.db.control.Tables.LIST_MEMBERSHIPS;
import static dev.authpipe.db.control.Tables.MEMBER;
import static dev.authpipe.db.control.Tables.PERSON;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.Role;
import dev.authpipe.wire.WorkspaceId;

/** SQL of memberships. Every method but {@link #rolesOf} sees the workspace of the transaction only. */
final class MemberStore {
  /** A member with what others may see of them. */
  record Row(UUID person, String email, String displayName, Role role, boolean secondFactor, Instant joinedAt) {}

  private MemberStore() {}

  /** Every membership of a person: the look-up names the workspaces, each of which is then asked for the role. */
  static Map<WorkspaceId, Role> rolesOf(Tx tx, UUID person) {
    List<WorkspaceId> workspaces = tx.dsl().select(LIST_MEMBERSHIPS.WORKSPACE_ID).from(LIST_MEMBERSHIPS.call(person))
        .fetch(row -> new WorkspaceId(row.value1()));
    Map<WorkspaceId, Role> roles = new HashMap<>();
    for (WorkspaceId workspace : workspaces) {
      tx.within(workspace, bound -> find(bound, person)).ifPresent(role -> roles.put(workspace, role));
    }
    return roles;
  }

  static Optional<Role> find(Tx tx, UUID person) {
    return tx.dsl().select(MEMBER.ROLE).from(MEMBER).where(one(tx, person)).fetchOptional(row -> role(row.value1()));
  }

  /** As {@link #find}, and nobody else changes it until the transaction ends. */
  static Optional<Role> lock(Tx tx, UUID person) {
    return tx.dsl().select(MEMBER.ROLE).from(MEMBER).where(one(tx, person)).forUpdate().fetchOptional(row -> role(row.value1()));
  }

  /** Locks all owners, always in one order, so that two cannot both be the last but one; answers who they are. */
  static List<UUID> lockOwners(Tx tx) {
    return tx.dsl().select(MEMBER.PERSON_ID).from(MEMBER).where(MEMBER.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(MEMBER.ROLE.eq(Role.OWNER.word())).orderBy(MEMBER.PERSON_ID).forUpdate().fetch(row -> row.value1());
  }

  /** Makes somebody a member; false: they are one. */
  static boolean insert(Tx tx, UUID person, Role role, Instant now) {
    return tx.dsl().insertInto(MEMBER).set(MEMBER.WORKSPACE_ID, tx.workspace().value()).set(MEMBER.PERSON_ID, person)
        .set(MEMBER.ROLE, role.word()).set(MEMBER.JOINED_AT, utc(now)).onConflictDoNothing().execute() == 1;
  }

  static void setRole(Tx tx, UUID person, Role role) {
    tx.dsl().update(MEMBER).set(MEMBER.ROLE, role.word()).where(one(tx, person)).execute();
  }

  static void delete(Tx tx, UUID person) {
    tx.dsl().deleteFrom(MEMBER).where(one(tx, person)).execute();
  }

  static int count(Tx tx) {
    return tx.dsl().fetchCount(MEMBER, MEMBER.WORKSPACE_ID.eq(tx.workspace().value()));
  }

  static boolean hasMember(Tx tx, EmailAddress email) {
    return tx.dsl().fetchExists(tx.dsl().selectOne().from(MEMBER).join(PERSON).on(PERSON.PERSON_ID.eq(MEMBER.PERSON_ID))
        .where(MEMBER.WORKSPACE_ID.eq(tx.workspace().value())).and(PERSON.EMAIL_KEY.eq(email.key()))
        .and(PERSON.VERIFIED_AT.isNotNull()));
  }

  /** A page in the order of ids. */
  static List<Row> list(Tx tx, @Nullable UUID after, int most) {
    return tx.dsl()
        .select(MEMBER.PERSON_ID, PERSON.EMAIL, PERSON.DISPLAY_NAME, MEMBER.ROLE, PERSON.TOTP_CONFIRMED_AT, MEMBER.JOINED_AT)
        .from(MEMBER).join(PERSON).on(PERSON.PERSON_ID.eq(MEMBER.PERSON_ID))
        .where(MEMBER.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(after == null ? org.jooq.impl.DSL.noCondition() : MEMBER.PERSON_ID.gt(after)).orderBy(MEMBER.PERSON_ID).limit(most)
        .fetch(row -> new Row(row.value1(), row.value2(), row.value3(), role(row.value4()), row.value5() != null,
            row.value6().toInstant()));
  }

  private static Condition one(Tx tx, UUID person) {
    return MEMBER.WORKSPACE_ID.eq(tx.workspace().value()).and(MEMBER.PERSON_ID.eq(person));
  }

  static Role role(String word) {
    return Role.of(word).orElseThrow(() -> new IllegalStateException("the store has an unknown role"));
  }
}
