package dev.authpipe.proxy.backup;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Is shown what is in a backup, in its order. What it is shown is authenticated; that the backup is whole is known at its end only. */
interface BackupVisitor {
  /** Looks at nothing. */
  BackupVisitor NONE = new BackupVisitor() {
  };

  /** A table begins. */
  default void table(String name, List<String> columns) throws SQLException, IOException {}

  /** A part of its rows, cut anywhere; the bytes are the caller's again afterwards. */
  default void rows(byte[] bytes, int length) throws SQLException, IOException {}

  /** It ends. */
  default void endOfTable(long rows) throws SQLException, IOException {}

  default void sequence(String name, long value, boolean called) throws SQLException, IOException {}

  default void head(UUID workspace, int epoch, long size) throws SQLException, IOException {}

  default void ledger(UUID workspace, long last, long entries) throws SQLException, IOException {}
}
