package dev.authpipe.proxy.audit;

import static dev.authpipe.db.vault.Tables.AUDIT_EVENT;
import static dev.authpipe.db.vault.Tables.AUDIT_HEAD;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.InsertValuesStep8;
import org.jooq.Record4;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.db.vault.tables.records.AuditEventRecord;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.tlog.MerkleTree;

/**
 * SQL of the log. The tables are the same in each store (a test compares them), so the vault's classes name those of the client-secrets
 * store as well. Never updates or deletes an event; the head is locked by {@link #lockHead} and that is the last lock of a transaction.
 */
final class AuditStore {
  /** Rows of one INSERT: below the driver's limit of parameters. */
  private static final int ROWS = 1_000;
  private static final Field<OffsetDateTime> NOW = DSL.field("date_trunc('milliseconds', clock_timestamp())",
      SQLDataType.TIMESTAMPWITHTIMEZONE);

  /** The head as it was locked, and the database's time then. */
  record Head(long size, int epoch, MerkleTree tree, Instant time) {}

  /** One event as it is stored. */
  record Row(long seq, UUID id, Instant time, String type, String object, Hashed hashed) {}

  /** Canonical bytes and their leaf hash. A class of its own, for records compare arrays by identity. */
  static final class Hashed {
    private final byte[] body;
    private final byte[] leaf;

    Hashed(byte[] body) {
      this.body = body;
      this.leaf = MerkleTree.leafHash(body);
    }

    byte[] leaf() {
      return leaf;
    }
  }

  private AuditStore() {}

  /** Raises the epoch of the log; the next event is of the new one. */
  static void raiseEpoch(Tx tx, int epoch) {
    tx.dsl().update(AUDIT_HEAD).set(AUDIT_HEAD.EPOCH, epoch).where(AUDIT_HEAD.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** When the newest event of a type was recorded; null: there is none. */
  static @Nullable Instant newest(Tx tx, AuditType type) {
    return tx.dsl().select(AUDIT_EVENT.RECORDED_AT).from(AUDIT_EVENT).where(AUDIT_EVENT.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(AUDIT_EVENT.TYPE.eq(type.word())).orderBy(AUDIT_EVENT.SEQ.desc()).limit(1)
        .fetchOne(row -> row.value1().toInstant());
  }

  /** Logs that begin later begin in this epoch. For the owner of the database only. */
  static void beginIn(Tx tx, int epoch) {
    tx.dsl().execute("alter table audit_head alter column epoch set default " + epoch);
  }

  static Head lockHead(Tx tx) {
    Record4<Long, Integer, byte[], OffsetDateTime> row = selectHead(tx);
    if (row == null) {
      tx.dsl().insertInto(AUDIT_HEAD, AUDIT_HEAD.WORKSPACE_ID, AUDIT_HEAD.SIZE, AUDIT_HEAD.FRONTIER)
          .values(tx.workspace().value(), 0L, new byte[0]).onConflictDoNothing().execute();
      row = selectHead(tx);
    }
    if (row == null) {
      throw new IllegalStateException("the audit head cannot be read");
    }
    return new Head(row.value1(), row.value2(), MerkleTree.of(row.value1(), row.value3()), row.value4().toInstant());
  }

  private static @Nullable Record4<Long, Integer, byte[], OffsetDateTime> selectHead(Tx tx) {
    return tx.dsl().select(AUDIT_HEAD.SIZE, AUDIT_HEAD.EPOCH, AUDIT_HEAD.FRONTIER, NOW).from(AUDIT_HEAD)
        .where(AUDIT_HEAD.WORKSPACE_ID.eq(tx.workspace().value())).forUpdate().fetchOne();
  }

  static void write(Tx tx, List<Row> rows, MerkleTree after) {
    for (int from = 0; from < rows.size(); from += ROWS) {
      InsertValuesStep8<AuditEventRecord, UUID, Long, UUID, OffsetDateTime, String, String, byte[], byte[]> insert = tx.dsl()
          .insertInto(AUDIT_EVENT, AUDIT_EVENT.WORKSPACE_ID, AUDIT_EVENT.SEQ, AUDIT_EVENT.EVENT_ID, AUDIT_EVENT.RECORDED_AT,
              AUDIT_EVENT.TYPE, AUDIT_EVENT.OBJECT_ID, AUDIT_EVENT.LEAF, AUDIT_EVENT.BODY);
      for (Row row : rows.subList(from, Math.min(rows.size(), from + ROWS))) {
        insert = insert.values(tx.workspace().value(), row.seq, row.id, row.time.atOffset(ZoneOffset.UTC), row.type, row.object,
            row.hashed.leaf, row.hashed.body);
      }
      insert.execute();
    }
    tx.dsl().update(AUDIT_HEAD).set(AUDIT_HEAD.SIZE, after.size()).set(AUDIT_HEAD.FRONTIER, after.frontier())
        .where(AUDIT_HEAD.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }

  /** Events whose bodies are still kept, newest first. */
  static List<AuditPage.Event> newestFirst(Tx tx, AuditQuery query, long below, int most) {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(AUDIT_EVENT.WORKSPACE_ID.eq(tx.workspace().value()));
    conditions.add(AUDIT_EVENT.SEQ.lt(below));
    conditions.add(AUDIT_EVENT.BODY.isNotNull());
    AuditType type = query.type();
    if (type != null) {
      conditions.add(AUDIT_EVENT.TYPE.eq(type.word()));
    }
    String object = query.object();
    if (object != null) {
      conditions.add(AUDIT_EVENT.OBJECT_ID.eq(object));
    }
    Instant from = query.from();
    if (from != null) {
      conditions.add(AUDIT_EVENT.RECORDED_AT.ge(from.atOffset(ZoneOffset.UTC)));
    }
    Instant to = query.to();
    if (to != null) {
      conditions.add(AUDIT_EVENT.RECORDED_AT.lt(to.atOffset(ZoneOffset.UTC)));
    }
    return tx.dsl().select(AUDIT_EVENT.SEQ, AUDIT_EVENT.BODY).from(AUDIT_EVENT).where(conditions)
        .orderBy(AUDIT_EVENT.SEQ.desc()).limit(most)
        .fetch(row -> new AuditPage.Event(row.value1(), new String(row.value2(), StandardCharsets.UTF_8)));
  }
}
