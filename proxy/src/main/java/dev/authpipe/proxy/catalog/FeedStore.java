package dev.authpipe.proxy.catalog;

import static dev.authpipe.db.vault.Tables.FEED_STATE;
import static dev.authpipe.db.vault.Tables.LINKED_WORKSPACE;
import static dev.authpipe.db.vault.Tables.WAITING_CHANGE;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of what a control plane describes and proposes. Never believes a row: that is for who checks its MAC. */
final class FeedStore {
  private static final int ROWS = 1_000;

  private FeedStore() {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Linked(String document, byte[] mac) {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Waiting(UUID id, Proposal proposal, boolean refused, Instant proposedAt, byte[] mac) {}

  /** What became of the version of a document. */
  enum Seen {
    TAKEN,
    OLDER,
    TOO_FAR
  }

  /** Remembers a version of the feed, unless a higher one has been seen or it is too far above; the first of a control plane is never too far. */
  static Seen seen(Tx tx, long version, long farthest) {
    long highest = tx.dsl().select(FEED_STATE.VERSION).from(FEED_STATE).forUpdate().fetchSingle().value1();
    if (version < highest) {
      return Seen.OLDER;
    } else if (highest > 0 && version - highest > farthest) {
      return Seen.TOO_FAR;
    }
    return tx.dsl().update(FEED_STATE).set(FEED_STATE.VERSION, version).execute() == 1 ? Seen.TAKEN : Seen.OLDER;
  }

  static void begin(Tx tx) {
    tx.dsl().update(FEED_STATE).set(FEED_STATE.VERSION, 0L).execute();
  }

  static long version(DSLContext dsl) {
    return dsl.select(FEED_STATE.VERSION).from(FEED_STATE).fetchSingle().value1();
  }

  static long revision(DSLContext dsl) {
    return dsl.select(FEED_STATE.REVISION).from(FEED_STATE).fetchSingle().value1();
  }

  static long uncounted(DSLContext dsl) {
    return dsl.select(FEED_STATE.UNCOUNTED).from(FEED_STATE).fetchSingle().value1();
  }

  static void uncounted(Tx tx, long proposals) {
    tx.dsl().update(FEED_STATE).set(FEED_STATE.UNCOUNTED, proposals).where(FEED_STATE.UNCOUNTED.ne(proposals)).execute();
  }

  static long waiting(DSLContext dsl) {
    return dsl.select(DSL.field("count_waiting_changes()", Long.class)).fetchSingle().value1();
  }

  static List<WorkspaceId> workspaces(DSLContext dsl) {
    return dsl.select(DSL.field("workspace_id", UUID.class)).from("list_linked_workspaces()").fetch(Record1::value1).stream()
        .map(WorkspaceId::new).toList();
  }

  static Optional<Linked> linked(Tx tx, boolean lock) {
    var query = tx.dsl().select(LINKED_WORKSPACE.DOCUMENT, LINKED_WORKSPACE.MAC).from(LINKED_WORKSPACE)
        .where(LINKED_WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value()));
    return (lock ? query.forUpdate().fetchOptional() : query.fetchOptional()).map(r -> new Linked(r.value1(), r.value2()));
  }

  static void put(Tx tx, Linked linked) {
    tx.dsl().insertInto(LINKED_WORKSPACE).set(LINKED_WORKSPACE.WORKSPACE_ID, tx.workspace().value())
        .set(LINKED_WORKSPACE.DOCUMENT, linked.document).set(LINKED_WORKSPACE.MAC, linked.mac).onDuplicateKeyUpdate()
        .set(LINKED_WORKSPACE.DOCUMENT, linked.document).set(LINKED_WORKSPACE.MAC, linked.mac)
        .set(LINKED_WORKSPACE.UPDATED_AT, DSL.currentOffsetDateTime()).execute();
    tx.dsl().update(FEED_STATE).set(FEED_STATE.REVISION, FEED_STATE.REVISION.plus(1)).execute();
  }

  static List<Waiting> changes(Tx tx) {
    return tx.dsl().selectFrom(WAITING_CHANGE).where(WAITING_CHANGE.WORKSPACE_ID.eq(tx.workspace().value()))
        .orderBy(WAITING_CHANGE.PROPOSED_AT, WAITING_CHANGE.CHANGE_ID)
        .fetch(r -> new Waiting(r.getChangeId(),
            new Proposal(tx.workspace(), r.getObject(), r.getMember(), r.getBefore(), r.getAfter()),
            r.getState().equals("refused"), r.getProposedAt().toInstant(), r.getMac()));
  }

  /** Adds proposals and answers which: another replica may have added some first. */
  static Set<UUID> add(Tx tx, List<Proposal> proposals, Function<Proposal, byte[]> mac) {
    Set<UUID> added = new HashSet<>();
    for (int from = 0; from < proposals.size(); from += ROWS) {
      var insert = tx.dsl().insertInto(WAITING_CHANGE, WAITING_CHANGE.WORKSPACE_ID, WAITING_CHANGE.CHANGE_ID,
          WAITING_CHANGE.OBJECT, WAITING_CHANGE.MEMBER, WAITING_CHANGE.BEFORE, WAITING_CHANGE.AFTER, WAITING_CHANGE.STATE,
          WAITING_CHANGE.MAC);
      for (Proposal one : proposals.subList(from, Math.min(proposals.size(), from + ROWS))) {
        insert = insert.values(tx.workspace().value(), one.id().value(), one.object(), one.member(), one.before(), one.after(),
            "waiting", mac.apply(one));
      }
      added.addAll(insert.onConflictDoNothing().returning(WAITING_CHANGE.CHANGE_ID).fetch(WAITING_CHANGE.CHANGE_ID));
    }
    return added;
  }

  static boolean remove(Tx tx, ChangeId change) {
    return tx.dsl().deleteFrom(WAITING_CHANGE).where(WAITING_CHANGE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WAITING_CHANGE.CHANGE_ID.eq(change.value())).execute() == 1;
  }

  static boolean refuse(Tx tx, ChangeId change) {
    return tx.dsl().update(WAITING_CHANGE).set(WAITING_CHANGE.STATE, "refused")
        .where(WAITING_CHANGE.WORKSPACE_ID.eq(tx.workspace().value())).and(WAITING_CHANGE.CHANGE_ID.eq(change.value()))
        .and(WAITING_CHANGE.STATE.eq("waiting")).execute() == 1;
  }

  static @Nullable Waiting find(Tx tx, ChangeId change) {
    return changes(tx).stream().filter(one -> one.id.equals(change.value())).findFirst().orElse(null);
  }

  /** Deletes what waits of the transaction's workspace. */
  static int removeChanges(Tx tx) {
    return tx.dsl().deleteFrom(WAITING_CHANGE).where(WAITING_CHANGE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** Deletes everything of the transaction's workspace; every replica looks again at what is in force. */
  static int erase(Tx tx) {
    int rows = tx.dsl().deleteFrom(LINKED_WORKSPACE).where(LINKED_WORKSPACE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
    tx.dsl().update(FEED_STATE).set(FEED_STATE.REVISION, FEED_STATE.REVISION.plus(1)).execute();
    return rows + removeChanges(tx);
  }
}
