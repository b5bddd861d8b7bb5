package dev.authpipe.proxy.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

import dev.authpipe.proxy.audit.LogHeads;

/**
 * One moment of a database, for a backup: every table, sequence, audit head and ledger within one transaction that only reads. Must be given a
 * connection of the backup role, alone. Memory: one row at a time.
 */
final class StoreCopy implements AutoCloseable {
  /** As text is copied out, so it must be read back, whatever the server's or the role's defaults are. */
  private static final List<String> SETTINGS = List.of("set local timezone = 'UTC'", "set local datestyle = 'ISO, YMD'",
      "set local intervalstyle = 'postgres'", "set local bytea_output = 'hex'", "set local extra_float_digits = 1",
      "set local statement_timeout = 0", "set local idle_in_transaction_session_timeout = 0");

  private final Connection connection;
  private final Instant snapshot;
  private final int schema;

  /** Begins: from here on nothing that changes is seen. */
  StoreCopy(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    execute("set transaction isolation level repeatable read, read only");
    for (String setting : SETTINGS) {
      execute(setting);
    }
    this.snapshot = now();
    StoreTables.demandWhole(connection); // the first look at data: the snapshot is of this moment
    this.schema = StoreTables.schema(connection);
  }

  /** The database's time just before the snapshot. */
  Instant snapshot() {
    return snapshot;
  }

  int schema() {
    return schema;
  }

  /** About how many rows there are, as the planner thinks; for showing progress. */
  long estimate() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class"
            + " where relnamespace = 'public'::regnamespace and relkind = 'r'")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Writes everything but the end. */
  void write(BackupWriter writer, LongConsumer rowsSoFar) throws SQLException, IOException {
    long rows = 0;
    for (StoreTables.Table table : StoreTables.of(connection)) {
      writer.table(table.name(), table.columns());
      long some = copy(table, writer.rows(), rows, rowsSoFar);
      writer.endOfTable(some);
      rows += some;
      rowsSoFar.accept(rows);
    }
    sequences(writer);
    LogHeads.each(connection, head -> writer.head(head.workspace().value(), head.epoch(), head.size(), head.root()));
    ledgers(writer);
  }

  private long copy(StoreTables.Table table, OutputStream to, long before, LongConsumer rowsSoFar)
      throws SQLException, IOException {
    CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
    CopyOut copy = copies.copyOut("copy " + table.target() + " to stdout");
    try {
      long rows = 0;
      for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
        to.write(row);
        if (++rows % 1_000 == 0) {
          rowsSoFar.accept(before + rows);
        }
      }
      return rows;
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private void sequences(BackupWriter writer) throws SQLException, IOException {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname")) {
      while (row.next()) {
        names.add(row.getString(1));
      }
    }
    for (String name : names) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("select last_value, is_called from public." + StoreTables.quote(name))) {
        row.next();
        writer.sequence(name, row.getLong(1), row.getBoolean(2));
      }
    }
  }

  private void ledgers(BackupWriter writer) throws SQLException, IOException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement
            .executeQuery("select workspace_id, max(seq), count(*) from erasure_ledger group by 1 order by 1")) {
      while (row.next()) {
        writer.ledger(row.getObject(1, UUID.class), row.getLong(2), row.getLong(3));
      }
    }
  }

  private Instant now() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select date_trunc('milliseconds', clock_timestamp())")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Ends the transaction and the connection. */
  @Override
  public void close() throws SQLException {
    try (connection) {
      connection.rollback();
    }
  }
}
