package dev.authpipe.control.member;

import static dev.authpipe.control.member.PersonStore.utc;
import static dev.authpipe.db.control.Tables.FIND_INVITATION;
import static dev.authpipe.db.control.Tables.INVITATION;
import static dev.authpipe.db.control.Tables.LIST_EXPIRED_INVITATIONS;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.Role;
import dev.authpipe.db.control.tables.records.InvitationRecord;
import dev.authpipe.wire.WorkspaceId;

/** SQL of invitations. One is used, withdrawn or forgotten by deleting its row; of two requests with one code one wins. */
final class InvitationStore {
  /**
   * An open invitation.
   *
   * @param role   null: into no workspace
   * @param mailed whether the code went by mail only
   */
  record Row(UUID id, EmailAddress email, @Nullable Role role, boolean mailed, @Nullable UUID invitedBy, Instant createdAt,
      Instant expiresAt) {}

  /** Where an invitation is. */
  record Place(WorkspaceId workspace, UUID id) {}

  private InvitationStore() {}

  static void insert(Tx tx, Row row, byte[] codeHash) {
    Role role = row.role;
    tx.dsl().insertInto(INVITATION).set(INVITATION.WORKSPACE_ID, tx.workspace().value()).set(INVITATION.INVITATION_ID, row.id)
        .set(INVITATION.EMAIL, row.email.text()).set(INVITATION.EMAIL_KEY, row.email.key())
        .set(INVITATION.ROLE, role == null ? null : role.word()).set(INVITATION.CODE_HASH, codeHash)
        .set(INVITATION.MAILED, row.mailed).set(INVITATION.INVITED_BY, row.invitedBy)
        .set(INVITATION.CREATED_AT, utc(row.createdAt)).set(INVITATION.EXPIRES_AT, utc(row.expiresAt)).execute();
  }

  static Optional<Place> find(Tx tx, byte[] codeHash) {
    return tx.dsl().select(FIND_INVITATION.WORKSPACE_ID, FIND_INVITATION.INVITATION_ID).from(FIND_INVITATION.call(codeHash))
        .fetchOptional(row -> new Place(new WorkspaceId(row.value1()), row.value2()));
  }

  static List<Place> expired(Tx tx, Instant now) {
    return tx.dsl().select(LIST_EXPIRED_INVITATIONS.WORKSPACE_ID, LIST_EXPIRED_INVITATIONS.INVITATION_ID)
        .from(LIST_EXPIRED_INVITATIONS.call(utc(now))).fetch(row -> new Place(new WorkspaceId(row.value1()), row.value2()));
  }

  static Optional<Row> find(Tx tx, UUID id) {
    return tx.dsl().selectFrom(INVITATION).where(here(tx)).and(INVITATION.INVITATION_ID.eq(id)).fetchOptional()
        .map(InvitationStore::row);
  }

  /** Takes an invitation away, whatever its age; empty: it is gone. */
  static Optional<Row> take(Tx tx, UUID id) {
    return tx.dsl().deleteFrom(INVITATION).where(here(tx)).and(INVITATION.INVITATION_ID.eq(id)).returning().fetchOptional()
        .map(InvitationStore::row);
  }

  /** Takes those for an address away; answers their ids. */
  static List<UUID> takeFor(Tx tx, EmailAddress email) {
    return tx.dsl().deleteFrom(INVITATION).where(here(tx)).and(INVITATION.EMAIL_KEY.eq(email.key()))
        .returningResult(INVITATION.INVITATION_ID).fetch(row -> row.value1());
  }

  static int countOpen(Tx tx, Instant now) {
    return tx.dsl().fetchCount(INVITATION, here(tx).and(INVITATION.EXPIRES_AT.gt(utc(now))));
  }

  /** A page of open ones in the order of ids. */
  static List<Row> list(Tx tx, @Nullable UUID after, int most, Instant now) {
    return tx.dsl().selectFrom(INVITATION).where(here(tx)).and(INVITATION.EXPIRES_AT.gt(utc(now)))
        .and(after == null ? org.jooq.impl.DSL.noCondition() : INVITATION.INVITATION_ID.gt(after))
        .orderBy(INVITATION.INVITATION_ID).limit(most).fetch(InvitationStore::row);
  }

  private static Condition here(Tx tx) {
    return INVITATION.WORKSPACE_ID.eq(tx.workspace().value());
  }

  private static Row row(InvitationRecord row) {
    String role = row.getRole();
    return new Row(row.getInvitationId(), new EmailAddress(row.getEmail()), role == null ? null : MemberStore.role(role),
        row.getMailed(), row.getInvitedBy(), row.getCreatedAt().toInstant(), row.getExpiresAt().toInstant());
  }
}
