package dev.authpipe.proxy.report;

import static dev.authpipe.db.vault.Tables.CELL_OUTBOX;
import static dev.authpipe.db.vault.Tables.OUTBOX;
import static dev.authpipe.db.vault.Tables.OUTBOX_STATE;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import org.jooq.Field;
import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Report;

/** SQL of the outbox. Never drops a report that has a number: the other side counts on every number. */
final class OutboxStore {
  private static final int ROWS = 1_000;

  private OutboxStore() {}

  /** A report with its number and whose it is. */
  record Row(long number, UUID workspace, String kind, String report) {}

  /** Adds reports of the transaction's workspace, in their order. */
  static void add(Tx tx, List<Report> reports) {
    for (int from = 0; from < reports.size(); from += ROWS) {
      var insert = tx.dsl().insertInto(OUTBOX, OUTBOX.WORKSPACE_ID, OUTBOX.KIND, OUTBOX.REPORT);
      for (Report report : reports.subList(from, Math.min(reports.size(), from + ROWS))) {
        Map<String, Object> document = Documents.write((Record) report);
        insert = insert.values(tx.workspace().value(), Objects.toString(document.get("kind")), LinkJson.text(document));
      }
      insert.execute();
    }
  }

  /** Locks the state, so that one replica numbers at a time; answers how many were lost and not yet told. */
  static long lockLost(Tx tx) {
    return tx.dsl().select(OUTBOX_STATE.LOST).from(OUTBOX_STATE).forUpdate().fetchSingle().value1();
  }

  static void told(Tx tx, long lost) {
    tx.dsl().update(OUTBOX_STATE).set(OUTBOX_STATE.LOST, OUTBOX_STATE.LOST.minus(lost)).execute();
  }

  /** Gives numbers to the oldest reports that have none. */
  static void number(Tx tx, int most) {
    long next = tx.dsl().select(OUTBOX_STATE.NEXT).from(OUTBOX_STATE).fetchSingle().value1();
    Field<Long> entry = DSL.field(DSL.name("oldest", "entry_id"), Long.class);
    Field<Long> place = DSL.field(DSL.name("oldest", "place"), Long.class);
    int numbered = tx.dsl().update(OUTBOX).set(OUTBOX.NUMBER, place.plus(next - 1))
        .from(DSL.select(OUTBOX.ENTRY_ID.as("entry_id"),
            DSL.rowNumber().over().orderBy(OUTBOX.ENTRY_ID).cast(Long.class).as("place")).from(OUTBOX)
            .where(OUTBOX.NUMBER.isNull()).orderBy(OUTBOX.ENTRY_ID).limit(most).asTable("oldest"))
        .where(OUTBOX.ENTRY_ID.eq(entry)).execute();
    tx.dsl().update(OUTBOX_STATE).set(OUTBOX_STATE.NEXT, next + numbered).execute();
  }

  static List<Row> numbered(Tx tx, int most) {
    return tx.dsl().select(OUTBOX.NUMBER, OUTBOX.WORKSPACE_ID, OUTBOX.KIND, OUTBOX.REPORT).from(OUTBOX)
        .where(OUTBOX.NUMBER.isNotNull()).orderBy(OUTBOX.NUMBER).limit(most)
        .fetch(r -> new Row(r.value1(), r.value2(), r.value3(), r.value4()));
  }

  /** Takes the numbers back, so that they are given again from another one on; unless a replica has gone on meanwhile. */
  static void goOnFrom(Tx tx, long first, long wanted) {
    long next = tx.dsl().select(OUTBOX_STATE.NEXT).from(OUTBOX_STATE).forUpdate().fetchSingle().value1();
    Long present = tx.dsl().select(DSL.min(OUTBOX.NUMBER)).from(OUTBOX).fetchSingle().value1();
    if (present != null && present == first && wanted != next) {
      tx.dsl().update(OUTBOX).setNull(OUTBOX.NUMBER).where(OUTBOX.NUMBER.isNotNull()).execute();
      tx.dsl().update(OUTBOX_STATE).set(OUTBOX_STATE.NEXT, wanted).execute();
    }
  }

  /** Deletes what has a smaller number; answers how many. */
  static int acknowledge(Tx tx, long next) {
    return tx.dsl().deleteFrom(OUTBOX).where(OUTBOX.NUMBER.lt(next)).execute();
  }

  /** Adds what a cell shows, but for what was taken before; answers the number that is expected of it next. */
  static long takeOver(Tx tx, String cell, List<Row> rows) {
    tx.dsl().insertInto(CELL_OUTBOX).set(CELL_OUTBOX.CELL, cell).onConflictDoNothing().execute();
    long next = tx.dsl().select(CELL_OUTBOX.NEXT).from(CELL_OUTBOX).where(CELL_OUTBOX.CELL.eq(cell)).forUpdate().fetchSingle()
        .value1();
    List<Row> fresh = rows.stream().filter(row -> row.number >= next).toList();
    if (!fresh.isEmpty()) {
      var insert = tx.dsl().insertInto(OUTBOX, OUTBOX.WORKSPACE_ID, OUTBOX.KIND, OUTBOX.REPORT);
      for (Row row : fresh) {
        insert = insert.values(row.workspace, row.kind, row.report);
      }
      insert.execute();
    }
    long expected = Math.max(next, rows.getLast().number + 1);
    tx.dsl().update(CELL_OUTBOX).set(CELL_OUTBOX.NEXT, expected).where(CELL_OUTBOX.CELL.eq(cell)).execute();
    return expected;
  }

  static int size(Tx tx) {
    return tx.dsl().fetchCount(OUTBOX);
  }

  static long lostEver(Tx tx) {
    return tx.dsl().select(OUTBOX_STATE.LOST_EVER).from(OUTBOX_STATE).fetchSingle().value1();
  }

  /** Drops the oldest reports without a number, usage first; answers how many. */
  static int drop(Tx tx, int count) {
    int usage = drop(tx, count, true);
    return usage + (usage < count ? drop(tx, count - usage, false) : 0);
  }

  static void lost(Tx tx, long count) {
    tx.dsl().update(OUTBOX_STATE).set(OUTBOX_STATE.LOST, OUTBOX_STATE.LOST.plus(count))
        .set(OUTBOX_STATE.LOST_EVER, OUTBOX_STATE.LOST_EVER.plus(count)).execute();
  }

  private static int drop(Tx tx, int count, boolean usageOnly) {
    return tx.dsl().deleteFrom(OUTBOX).where(OUTBOX.ENTRY_ID.in(DSL.select(OUTBOX.ENTRY_ID).from(OUTBOX)
        .where(OUTBOX.NUMBER.isNull()).and(usageOnly ? OUTBOX.KIND.eq("usage") : DSL.noCondition()).orderBy(OUTBOX.ENTRY_ID)
        .limit(count))).execute();
  }
}
