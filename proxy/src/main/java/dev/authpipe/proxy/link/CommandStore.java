package dev.authpipe.proxy.link;

import static dev.authpipe.db.vault.Tables.COMMAND_BUDGET;
import static dev.authpipe.db.vault.Tables.COMMAND_STATE;
import static dev.authpipe.db.vault.Tables.WAITING_COMMAND;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.impl.DSL;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.WorkspaceId;

/** SQL of commands: which were taken, what they spent, which wait. Never lets one be taken twice. */
final class CommandStore {
  private CommandStore() {}

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Waiting(CommandId id, String kind, String target, int connections, Instant expiresAt, byte[] mac) {}

  static long highest(DSLContext dsl) {
    return dsl.select(COMMAND_STATE.SEQ).from(COMMAND_STATE).fetchSingle().value1();
  }

  /** What became of a command's number. */
  enum Taken {
    TAKEN,
    REPLAYED,
    TOO_FAR
  }

  /** Takes a number, unless it or a higher one was taken or it is too far above; the first of a control plane is never too far. */
  static Taken take(Tx tx, long seq, long farthest) {
    long highest = tx.dsl().select(COMMAND_STATE.SEQ).from(COMMAND_STATE).forUpdate().fetchSingle().value1();
    if (seq <= highest) {
      return Taken.REPLAYED;
    } else if (highest > 0 && seq - highest > farthest) {
      return Taken.TOO_FAR;
    }
    return tx.dsl().update(COMMAND_STATE).set(COMMAND_STATE.SEQ, seq).execute() == 1 ? Taken.TAKEN : Taken.REPLAYED;
  }

  static void begin(Tx tx) {
    tx.dsl().update(COMMAND_STATE).set(COMMAND_STATE.SEQ, 0L).execute();
  }

  /** Spends of the budget of an hour, over all replicas; false, and nothing spent, when it is not enough. */
  static boolean spend(Tx tx, int connections, int budget) {
    tx.dsl().select(COMMAND_STATE.SEQ).from(COMMAND_STATE).forUpdate().fetchSingle();
    tx.dsl().deleteFrom(COMMAND_BUDGET)
        .where(COMMAND_BUDGET.SPENT_AT.lt(DSL.field("clock_timestamp() - interval '1 hour'", OffsetDateTime.class))).execute();
    Integer spent = tx.dsl().select(DSL.coalesce(DSL.sum(COMMAND_BUDGET.CONNECTIONS), DSL.inline(0)).cast(Integer.class))
        .from(COMMAND_BUDGET).fetchSingle().value1();
    if (spent + (long) connections > budget) {
      return false;
    }
    tx.dsl().insertInto(COMMAND_BUDGET).set(COMMAND_BUDGET.CONNECTIONS, connections).execute();
    return true;
  }

  /** How many wait in the transaction's workspace. */
  static int waitingCount(Tx tx) {
    return tx.dsl().fetchCount(WAITING_COMMAND, WAITING_COMMAND.WORKSPACE_ID.eq(tx.workspace().value()));
  }

  static void add(Tx tx, Waiting waiting) {
    tx.dsl().insertInto(WAITING_COMMAND).set(WAITING_COMMAND.WORKSPACE_ID, tx.workspace().value())
        .set(WAITING_COMMAND.COMMAND_ID, waiting.id.value()).set(WAITING_COMMAND.KIND, waiting.kind)
        .set(WAITING_COMMAND.TARGET, waiting.target).set(WAITING_COMMAND.CONNECTIONS, waiting.connections)
        .set(WAITING_COMMAND.EXPIRES_AT, waiting.expiresAt.atOffset(ZoneOffset.UTC)).set(WAITING_COMMAND.MAC, waiting.mac)
        .onConflictDoNothing().execute();
  }

  static List<Waiting> waiting(Tx tx) {
    return tx.dsl().selectFrom(WAITING_COMMAND).where(WAITING_COMMAND.WORKSPACE_ID.eq(tx.workspace().value()))
        .orderBy(WAITING_COMMAND.RECEIVED_AT)
        .fetch(r -> new Waiting(new CommandId(r.getCommandId()), r.getKind(), r.getTarget(), r.getConnections(),
            r.getExpiresAt().toInstant(), r.getMac()));
  }

  static boolean remove(Tx tx, CommandId command) {
    return tx.dsl().deleteFrom(WAITING_COMMAND).where(WAITING_COMMAND.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(WAITING_COMMAND.COMMAND_ID.eq(command.value())).execute() == 1;
  }

  static List<WorkspaceId> workspaces(DSLContext dsl) {
    return dsl.select(DSL.field("workspace_id", UUID.class)).from("list_linked_workspaces()").fetch(Record1::value1).stream()
        .map(WorkspaceId::new).toList();
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(WAITING_COMMAND).where(WAITING_COMMAND.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
