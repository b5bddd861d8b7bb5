package dev.authpipe.proxy.backup;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import dev.authpipe.proxy.backup.BackupException.Reason;

/** The one transaction that writes a backup into a database. Never commits. Not thread-safe. */
final class RestoreTransaction implements BackupVisitor {
  private final Connection connection;
  private final Map<String, StoreTables.Table> tables = new HashMap<>();
  private final List<StoreTables.Table> ordered;
  private final Set<String> filled = new HashSet<>();
  private @Nullable CopyIn copy;
  private int highestEpoch;

  RestoreTransaction(Connection connection) throws SQLException {
    this.connection = connection;
    this.ordered = StoreTables.of(connection);
    ordered.forEach(table -> tables.put(table.name(), table));
  }

  /**
   * Makes room: takes the guards away for this transaction, for the owner is under them too, and sees to it that there are no rows.
   *
   * @return the highest epoch of the logs that were there
   */
  int clear(boolean replace) throws SQLException {
    execute("set local lock_timeout = '10s'");
    execute("set local statement_timeout = 0");
    execute("set local idle_in_transaction_session_timeout = 0");
    for (StoreTables.Table table : ordered) {
      execute("alter table " + table.quoted() + " disable trigger user");
      if (table.guarded()) {
        execute("alter table " + table.quoted() + " no force row level security");
      }
    }
    execute("set local lock_timeout = 0");
    int epoch = number("select coalesce(max(epoch), 0) from audit_head");
    if (!replace) {
      demandEmpty();
    }
    execute("truncate " + String.join(", ", ordered.stream().map(StoreTables.Table::quoted).toList()));
    return epoch;
  }

  private void demandEmpty() throws SQLException {
    for (StoreTables.Table table : ordered) {
      if ((table.ofTenant() || table.name().equals("deployment_key"))
          && number("select count(*) from (select from " + table.quoted() + " limit 1) one") > 0) {
        throw new BackupException(Reason.STORE_UNFIT,
            "the database is not empty; --replace deletes everything in it, and nothing of it can be had back");
      }
    }
  }

  @Override
  public void table(String name, List<String> columns) throws SQLException {
    StoreTables.Table table = tables.get(name);
    if (table == null || !table.columns().equals(columns)) {
      throw new BackupException(Reason.STORE_UNFIT, "the table " + name + " of the backup is not as that of the database");
    }
    filled.add(name);
    copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy " + table.target() + " from stdin");
  }

  @Override
  public void rows(byte[] bytes, int length) throws SQLException {
    Objects.requireNonNull(copy).writeToCopy(bytes, 0, length);
  }

  @Override
  public void endOfTable(long rows) throws SQLException {
    long taken = Objects.requireNonNull(copy).endCopy();
    copy = null;
    if (taken != rows) {
      throw new BackupException(Reason.STORE_UNFIT, "the database took " + taken + " of " + rows + " rows of a table");
    }
  }

  @Override
  public void sequence(String name, long value, boolean called) throws SQLException {
    execute("select setval('public." + StoreTables.quote(name).replace("'", "''") + "', " + value + ", " + called + ")");
  }

  @Override
  public void head(UUID workspace, int epoch, long size) throws SQLException, IOException {
    highestEpoch = Math.max(highestEpoch, epoch);
  }

  int highestEpoch() {
    return highestEpoch;
  }

  /** Puts the guards back; every table must have been there. */
  void guard() throws SQLException {
    if (!filled.equals(tables.keySet())) {
      throw new BackupException(Reason.STORE_UNFIT, "the backup lacks tables of the database");
    }
    for (StoreTables.Table table : ordered) {
      execute("alter table " + table.quoted() + " enable trigger user");
      if (table.guarded()) {
        execute("alter table " + table.quoted() + " force row level security");
      }
    }
  }

  private int number(String query) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
