package dev.authpipe.proxy.backup;

import static dev.authpipe.db.vault.Tables.ERASURE_LEDGER;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.max;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** How long a ledger is, and its last number. */
  record Head(long entries, long last) {}

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

  /** The heads of all ledgers of a database; for the store itself only. */
  static Map<WorkspaceId, Head> heads(Tx tx) {
    Map<WorkspaceId, Head> heads = new HashMap<>();
    tx.dsl().select(ERASURE_LEDGER.WORKSPACE_ID, count(), max(ERASURE_LEDGER.SEQ)).from(ERASURE_LEDGER)
        .groupBy(ERASURE_LEDGER.WORKSPACE_ID)
        .forEach(row -> heads.put(new WorkspaceId(row.value1()), new Head(row.value2(), row.value3())));
    return heads;
  }

  private static Row row(ErasureLedgerRecord row) {
    return new Row(new LedgerEntry(new WorkspaceId(row.getWorkspaceId()), row.getErasureId(), row.getSeq(),
        LedgerEntry.Kind.of(row.getKind()), row.getSubjectId(), row.getRecordedAt().toInstant()), row.getMac());
  }
}
