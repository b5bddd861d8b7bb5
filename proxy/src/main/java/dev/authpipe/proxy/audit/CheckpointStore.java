package dev.authpipe.proxy.audit;

import static dev.authpipe.db.vault.Tables.AUDIT_CHECKPOINT;
import static dev.authpipe.db.vault.Tables.AUDIT_EVENT;
import static dev.authpipe.db.vault.Tables.AUDIT_HEAD;
import static dev.authpipe.db.vault.Tables.LIST_WORKSPACES;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.WorkspaceId;

/** SQL of checkpoints and of what they are made from. Reads events and heads without locking them; never changes either. */
final class CheckpointStore {
  private static final int LEAVES = 10_000;
  private static final int MOST_LOGS = 20_001;
  private static final Field<OffsetDateTime> NOW = DSL.field("date_trunc('milliseconds', clock_timestamp())",
      SQLDataType.TIMESTAMPWITHTIMEZONE);

  /** The head as it is now, with the database's time. */
  record Head(long size, int epoch, MerkleTree tree, Instant time) {}

  /** A note and the tree it was made from. */
  record Kept(String note, MerkleTree tree) {}

  /** A stored event: its number, its leaf, its bytes unless retention deleted them. A class, for records compare arrays by identity. */
  static final class Stored {
    final long seq;
    final byte[] leaf;
    final byte @Nullable [] body;

    Stored(long seq, byte[] leaf, byte @Nullable [] body) {
      this.seq = seq;
      this.leaf = leaf;
      this.body = body;
    }
  }

  private CheckpointStore() {}

  static List<WorkspaceId> workspaces(DSLContext dsl) {
    return dsl.select(LIST_WORKSPACES.WORKSPACE_ID).from(LIST_WORKSPACES.call()).fetch(row -> new WorkspaceId(row.value1()));
  }

  static Instant now(DSLContext dsl) {
    return dsl.select(NOW).fetchSingle().value1().toInstant();
  }

  /** Workspaces whose log of this store got a checkpoint since; for the store itself only, which sees all. */
  static List<WorkspaceId> grown(Tx tx, Instant since) {
    return tx.dsl().selectDistinct(AUDIT_CHECKPOINT.WORKSPACE_ID).from(AUDIT_CHECKPOINT)
        .where(AUDIT_CHECKPOINT.MADE_AT.ge(since.atOffset(ZoneOffset.UTC))).limit(MOST_LOGS)
        .fetch(row -> new WorkspaceId(row.value1()));
  }

  /** The head; null: the log has never been written. */
  static @Nullable Head head(Tx tx) {
    return tx.dsl().select(AUDIT_HEAD.SIZE, AUDIT_HEAD.EPOCH, AUDIT_HEAD.FRONTIER, NOW).from(AUDIT_HEAD)
        .where(AUDIT_HEAD.WORKSPACE_ID.eq(tx.workspace().value()))
        .fetchOne(
            row -> new Head(row.value1(), row.value2(), MerkleTree.of(row.value1(), row.value3()), row.value4().toInstant()));
  }

  static @Nullable Kept newest(Tx tx) {
    return largestUpTo(tx, Long.MAX_VALUE);
  }

  /** The largest of the epoch that the log is in; null: none was signed since that began. */
  static @Nullable Kept newestOfItsEpoch(Tx tx) {
    return tx.dsl().select(AUDIT_CHECKPOINT.NOTE, AUDIT_CHECKPOINT.SIZE, AUDIT_CHECKPOINT.FRONTIER).from(AUDIT_CHECKPOINT)
        .join(AUDIT_HEAD)
        .on(AUDIT_HEAD.WORKSPACE_ID.eq(AUDIT_CHECKPOINT.WORKSPACE_ID).and(AUDIT_HEAD.EPOCH.eq(AUDIT_CHECKPOINT.EPOCH)))
        .where(AUDIT_CHECKPOINT.WORKSPACE_ID.eq(tx.workspace().value())).orderBy(AUDIT_CHECKPOINT.SIZE.desc()).limit(1)
        .fetchOne(row -> new Kept(row.value1(), MerkleTree.of(row.value2(), row.value3())));
  }

  /** The largest checkpoint that is not larger than the size. */
  static @Nullable Kept largestUpTo(Tx tx, long size) {
    return tx.dsl().select(AUDIT_CHECKPOINT.NOTE, AUDIT_CHECKPOINT.SIZE, AUDIT_CHECKPOINT.FRONTIER).from(AUDIT_CHECKPOINT)
        .where(AUDIT_CHECKPOINT.WORKSPACE_ID.eq(tx.workspace().value()).and(AUDIT_CHECKPOINT.SIZE.le(size)))
        .orderBy(AUDIT_CHECKPOINT.EPOCH.desc(), AUDIT_CHECKPOINT.SIZE.desc()).limit(1)
        .fetchOne(row -> new Kept(row.value1(), MerkleTree.of(row.value2(), row.value3())));
  }

  static void insert(Tx tx, int epoch, MerkleTree tree, String note, Instant time) {
    tx.dsl().insertInto(AUDIT_CHECKPOINT).set(AUDIT_CHECKPOINT.WORKSPACE_ID, tx.workspace().value())
        .set(AUDIT_CHECKPOINT.EPOCH, epoch).set(AUDIT_CHECKPOINT.SIZE, tree.size())
        .set(AUDIT_CHECKPOINT.FRONTIER, tree.frontier()).set(AUDIT_CHECKPOINT.NOTE, note)
        .set(AUDIT_CHECKPOINT.MADE_AT, time.atOffset(ZoneOffset.UTC)).onConflictDoNothing().execute();
  }

  /** Events from a number on, in order, as far as they are there. */
  static List<Stored> events(Tx tx, long from, long to, int most) {
    return tx.dsl().select(AUDIT_EVENT.SEQ, AUDIT_EVENT.LEAF, AUDIT_EVENT.BODY).from(AUDIT_EVENT)
        .where(AUDIT_EVENT.WORKSPACE_ID.eq(tx.workspace().value()).and(AUDIT_EVENT.SEQ.ge(from)).and(AUDIT_EVENT.SEQ.lt(to)))
        .orderBy(AUDIT_EVENT.SEQ).limit(most).fetch(row -> new Stored(row.value1(), row.value2(), row.value3()));
  }

  /** Adds stored leaves to a tree until it has {@code to} leaves; a leaf that is not there counts as zeros, which fit nothing. */
  static void grow(Tx tx, MerkleTree tree, long first, long to) {
    byte[] none = new byte[MerkleTree.HASH_LENGTH];
    long next = first;
    while (next < to) {
      long end = Math.min(to, next + LEAVES);
      for (Stored one : leaves(tx, next, end)) {
        for (; next < one.seq; next++) {
          tree.append(none);
        }
        tree.append(one.leaf);
        next++;
      }
      for (; next < end; next++) {
        tree.append(none);
      }
    }
  }

  private static List<Stored> leaves(Tx tx, long from, long to) {
    return tx.dsl().select(AUDIT_EVENT.SEQ, AUDIT_EVENT.LEAF).from(AUDIT_EVENT)
        .where(AUDIT_EVENT.WORKSPACE_ID.eq(tx.workspace().value()).and(AUDIT_EVENT.SEQ.ge(from)).and(AUDIT_EVENT.SEQ.lt(to)))
        .orderBy(AUDIT_EVENT.SEQ).fetch(row -> new Stored(row.value1(), row.value2(), null));
  }
}
