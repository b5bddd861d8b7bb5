package dev.authpipe.proxy.report;

import static dev.authpipe.db.vault.Tables.OUTBOX;
import static dev.authpipe.db.vault.Tables.OUTBOX_STATE;

import java.util.List;

import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;

/** SQL of the outbox. Never drops a report that has a number: the other side counts on every number. */
final class OutboxStore {
  private OutboxStore() {}

  /** A report with its number. */
  record Row(long number, String report) {}

  static void add(Tx tx, String kind, String report) {
    tx.dsl().insertInto(OUTBOX).set(OUTBOX.WORKSPACE_ID, tx.workspace().value()).set(OUTBOX.KIND, kind)
        .set(OUTBOX.REPORT, report).execute();
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
    List<Long> entries = tx.dsl().select(OUTBOX.ENTRY_ID).from(OUTBOX).where(OUTBOX.NUMBER.isNull()).orderBy(OUTBOX.ENTRY_ID)
        .limit(most).fetch(OUTBOX.ENTRY_ID);
    for (int i = 0; i < entries.size(); i++) {
      tx.dsl().update(OUTBOX).set(OUTBOX.NUMBER, next + i).where(OUTBOX.ENTRY_ID.eq(entries.get(i))).execute();
    }
    tx.dsl().update(OUTBOX_STATE).set(OUTBOX_STATE.NEXT, next + entries.size()).execute();
  }

  static List<Row> numbered(Tx tx, int most) {
    return tx.dsl().select(OUTBOX.NUMBER, OUTBOX.REPORT).from(OUTBOX).where(OUTBOX.NUMBER.isNotNull()).orderBy(OUTBOX.NUMBER)
        .limit(most).fetch(r -> new Row(r.value1(), r.value2()));
  }

  static void acknowledge(Tx tx, long next) {
    tx.dsl().deleteFrom(OUTBOX).where(OUTBOX.NUMBER.lt(next)).execute();
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
