package dev.authpipe.proxy.backup;

import static dev.authpipe.db.vault.Tables.ERASURE_LEDGER;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.max;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.jooq.impl.DSL;

import dev.authpipe.db.vault.tables.records.ErasureLedgerRecord;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.WorkspaceId;

/** SQL of the ledger, whose table is the same in both stores. Inserts and reads only. */
final class LedgerStore {
  /** An entry as it stands there, believed or not. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Row(LedgerEntry entry, byte[] mac) {}

  /** How many of the last numbers a quick look compares: a vault that came back from a copy lacks the newest. */
  static final int NEWEST = 100;

  /** From one workspace to the next by the index, and the newest entries of each: what it costs does not grow with the ledgers. */
  static final String NEWEST_OF_EACH = """
      with recursive ledgers (workspace_id) as (
        (select l.workspace_id from erasure_ledger l order by l.workspace_id limit 1)
        union all
        select (select l.workspace_id from erasure_ledger l where l.workspace_id > ledgers.workspace_id order by l.workspace_id limit 1)
        from ledgers where ledgers.workspace_id is not null
      )
      select ledgers.workspace_id, top.last, newest.entries, newest.ids from ledgers
      cross join lateral (
        select l.seq as last from erasure_ledger l where l.workspace_id = ledgers.workspace_id order by l.seq desc limit 1) as top
      cross join lateral (
        select count(*) as entries,
          encode(sha256(convert_to(string_agg(l.erasure_id::text, ',' order by l.seq, l.erasure_id), 'UTF8')), 'hex') as ids
        from erasure_ledger l where l.workspace_id = ledgers.workspace_id and l.seq > top.last - %d) as newest
      where ledgers.workspace_id is not null"""
      .formatted(NEWEST);

  /**
   * What is compared of a ledger.
   *
   * @param last    its last number
   * @param entries how many were looked at
   * @param ids     a hash of the newest ones; empty: all were counted
   */
  record Head(long last, long entries, String ids) {
    boolean isShorterThan(Head other) {
      return last != other.last ? last < other.last : entries < other.entries;
    }
  }

  private LedgerStore() {}

  /** Keeps others from writing into the ledger of the transaction's workspace until the transaction ends. */
  static void lock(Tx tx) {
    tx.dsl().execute("select pg_advisory_xact_lock(hashtextextended('authpipe.ledger.' || {0}, 0))",
        DSL.val(tx.workspace().value().toString()));
  }

  /** The next number of the transaction's workspace, which nobody else gets. */
  static long next(Tx tx) {
    lock(tx);
    Long last = tx.dsl().select(max(ERASURE_LEDGER.SEQ)).from(ERASURE_LEDGER)
        .where(ERASURE_LEDGER.WORKSPACE_ID.eq(tx.workspace().value())).fetchSingle().value1();
    return last == null ? 1 : last + 1;
  }

  /** Adds one; without effect where it stands already. */
  static void add(Tx tx, Row row) {
    LedgerEntry entry = row.entry;
    tx.dsl().insertInto(ERASURE_LEDGER).set(ERASURE_LEDGER.WORKSPACE_ID, tx.workspace().value())
        .set(ERASURE_LEDGER.ERASURE_ID, entry.erasure()).set(ERASURE_LEDGER.SEQ, entry.seq())
        .set(ERASURE_LEDGER.KIND, entry.kind().word()).set(ERASURE_LEDGER.SUBJECT_ID, entry.subject())
        .set(ERASURE_LEDGER.RECORDED_AT, entry.recordedAt().atOffset(ZoneOffset.UTC)).set(ERASURE_LEDGER.MAC, row.mac)
        .onConflictDoNothing().execute();
  }

  static Optional<Row> find(Tx tx, UUID erasure) {
    return tx.dsl().selectFrom(ERASURE_LEDGER).where(ERASURE_LEDGER.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(ERASURE_LEDGER.ERASURE_ID.eq(erasure)).fetchOptional(LedgerStore::row);
  }

  /** The whole ledger of the transaction's workspace, in its order. */
  static List<Row> all(Tx tx) {
    return tx.dsl().selectFrom(ERASURE_LEDGER).where(ERASURE_LEDGER.WORKSPACE_ID.eq(tx.workspace().value()))
        .orderBy(ERASURE_LEDGER.SEQ, ERASURE_LEDGER.ERASURE_ID).fetch(LedgerStore::row);
  }

  /** Workspaces of which the ledgers of a database say that they are deleted; for the store itself only. */
  static Set<WorkspaceId> deletedWorkspaces(Tx tx) {
    return tx.dsl().selectDistinct(ERASURE_LEDGER.WORKSPACE_ID).from(ERASURE_LEDGER)
        .where(ERASURE_LEDGER.KIND.eq(LedgerEntry.Kind.WORKSPACE.word())).fetchSet(row -> new WorkspaceId(row.value1()));
  }

  /** All ledgers of a database, every entry counted; for the store itself only. */
  static Map<WorkspaceId, Head> counted(Tx tx) {
    Map<WorkspaceId, Head> heads = new HashMap<>();
    tx.dsl().select(ERASURE_LEDGER.WORKSPACE_ID, max(ERASURE_LEDGER.SEQ), count()).from(ERASURE_LEDGER)
        .groupBy(ERASURE_LEDGER.WORKSPACE_ID)
        .forEach(row -> heads.put(new WorkspaceId(row.value1()), new Head(row.value2(), row.value3(), "")));
    return heads;
  }

  /** All ledgers of a database by their newest entries; for the store itself only. */
  static Map<WorkspaceId, Head> newest(Tx tx) {
    Map<WorkspaceId, Head> heads = new HashMap<>();
    tx.dsl().fetch(NEWEST_OF_EACH).forEach(row -> heads.put(new WorkspaceId(row.get(0, UUID.class)),
        new Head(row.get(1, Long.class), row.get(2, Long.class), row.get(3, String.class))));
    return heads;
  }

  private static Row row(ErasureLedgerRecord row) {
    return new Row(new LedgerEntry(new WorkspaceId(row.getWorkspaceId()), row.getErasureId(), row.getSeq(),
        LedgerEntry.Kind.of(row.getKind()), row.getSubjectId(), row.getRecordedAt().toInstant()), row.getMac());
  }
}
