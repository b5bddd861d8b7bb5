package dev.authpipe.control.dataplane.command;

import static dev.authpipe.db.control.Tables.DATA_PLANE_COMMAND;
import static dev.authpipe.db.control.Tables.LIST_OPEN_COMMANDS;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.db.control.tables.records.DataPlaneCommandRecord;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Report;
import dev.authpipe.wire.SignedCommands;
import dev.authpipe.wire.WorkspaceId;

/** SQL of commands; all times are the database's. Never changes what was signed. */
final class CommandStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);

  /** Where a command stands. */
  record Place(WorkspaceId workspace, CommandId id) {}

  private CommandStore() {}

  static void insert(Tx tx, Command command, String payload, byte[] signature) {
    tx.dsl().insertInto(DATA_PLANE_COMMAND).set(DATA_PLANE_COMMAND.WORKSPACE_ID, tx.workspace().value())
        .set(DATA_PLANE_COMMAND.COMMAND_ID, command.id().value())
        .set(DATA_PLANE_COMMAND.DATA_PLANE_ID, command.dataPlane().value())
        .set(DATA_PLANE_COMMAND.SEQ, command.seq()).set(DATA_PLANE_COMMAND.KIND, command.kind())
        .set(DATA_PLANE_COMMAND.TARGET, command.target()).set(DATA_PLANE_COMMAND.PAYLOAD, payload)
        .set(DATA_PLANE_COMMAND.SIGNATURE, signature)
        .set(DATA_PLANE_COMMAND.ISSUED_AT, command.issuedAt().atOffset(ZoneOffset.UTC))
        .set(DATA_PLANE_COMMAND.EXPIRES_AT, command.expiresAt().atOffset(ZoneOffset.UTC)).execute();
  }

  /** Commands of the transaction's workspace that no proxy answered and that did not end. */
  static int open(Tx tx) {
    return tx.dsl().fetchCount(DATA_PLANE_COMMAND, DATA_PLANE_COMMAND.WORKSPACE_ID.eq(tx.workspace().value())
        .and(DATA_PLANE_COMMAND.STATUS.eq("issued")).and(DATA_PLANE_COMMAND.EXPIRES_AT.gt(NOW)));
  }

  static List<Place> open(DSLContext dsl, DataPlaneId plane, long after) {
    return dsl.select(LIST_OPEN_COMMANDS.WORKSPACE_ID, LIST_OPEN_COMMANDS.COMMAND_ID)
        .from(LIST_OPEN_COMMANDS.call(plane.value(), after))
        .fetch(row -> new Place(new WorkspaceId(row.value1()), new CommandId(row.value2())));
  }

  static Optional<SignedCommands.Signed> signed(Tx tx, CommandId id) {
    return tx.dsl().select(DATA_PLANE_COMMAND.PAYLOAD, DATA_PLANE_COMMAND.SIGNATURE).from(DATA_PLANE_COMMAND).where(is(tx, id))
        .fetchOptional().map(row -> new SignedCommands.Signed(row.value1(), HexFormat.of().formatHex(row.value2())));
  }

  /** Takes an answer of the proxy that was commanded, unless there is a final one; empty: it is not its command, or nothing new. */
  static Optional<IssuedCommand> answer(Tx tx, DataPlaneId from, Report.Command report, String status) {
    return tx.dsl().update(DATA_PLANE_COMMAND).set(DATA_PLANE_COMMAND.STATUS, status)
        .set(DATA_PLANE_COMMAND.REASON, report.reason())
        .set(DATA_PLANE_COMMAND.CONNECTIONS, report.count() == null ? null : Long.valueOf(report.count()))
        .set(DATA_PLANE_COMMAND.ANSWERED_AT, NOW).where(is(tx, report.command()))
        .and(DATA_PLANE_COMMAND.DATA_PLANE_ID.eq(from.value())).and(DATA_PLANE_COMMAND.STATUS.in("issued", "waiting"))
        .and(DATA_PLANE_COMMAND.STATUS.ne(status)).returning().fetchOptional().map(CommandStore::command);
  }

  /** Newest first. */
  static List<IssuedCommand> page(Tx tx, @Nullable UUID before, int most) {
    Condition condition = DATA_PLANE_COMMAND.WORKSPACE_ID.eq(tx.workspace().value());
    return tx.dsl().selectFrom(DATA_PLANE_COMMAND)
        .where(before == null ? condition : condition.and(DATA_PLANE_COMMAND.COMMAND_ID.lt(before)))
        .orderBy(DATA_PLANE_COMMAND.COMMAND_ID.desc()).limit(most).fetch(CommandStore::command);
  }

  private static Condition is(Tx tx, CommandId id) {
    return DATA_PLANE_COMMAND.WORKSPACE_ID.eq(tx.workspace().value()).and(DATA_PLANE_COMMAND.COMMAND_ID.eq(id.value()));
  }

  private static IssuedCommand command(DataPlaneCommandRecord row) {
    return new IssuedCommand(new CommandId(row.getCommandId()), new DataPlaneId(row.getDataPlaneId()), row.getSeq(),
        row.getKind(),
        row.getTarget(), row.getIssuedAt().toInstant(), row.getExpiresAt().toInstant(), row.getStatus(), row.getReason(),
        row.getConnections(), row.getAnsweredAt() == null ? null : row.getAnsweredAt().toInstant());
  }
}
