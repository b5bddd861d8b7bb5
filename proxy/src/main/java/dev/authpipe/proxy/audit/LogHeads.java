package dev.authpipe.proxy.audit;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import dev.authpipe.tlog.MerkleTree;
import dev.authpipe.wire.WorkspaceId;

/** The heads of all logs of a database, for a backup's manifest. Locks and changes nothing. */
public final class LogHeads {
  private static final int FETCH = 1_000;

  /** Is shown one head after the other. */
  @FunctionalInterface
  public interface Visitor {
    /** Size, epoch and root of one log. */
    void visit(LogHead head) throws IOException, SQLException;
  }

  private LogHeads() {}

  /** Shows each, in the order of workspaces, by a connection that sees all rows and is in a transaction. */
  public static void each(Connection connection, Visitor visitor) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery("select workspace_id, epoch, size, frontier from audit_head order by 1")) {
        while (row.next()) {
          visitor.visit(new LogHead(new WorkspaceId(row.getObject(1, UUID.class)), row.getInt(2), row.getLong(3),
              MerkleTree.of(row.getLong(3), row.getBytes(4)).root()));
        }
      }
    }
  }
}
